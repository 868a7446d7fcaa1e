/// One of several products of the same input: a matrix and where its result goes.
package struct WeightProduct {
  /// The matrix.
  package let weights: WeightMatrix
  /// Room for positions × rows of the matrix.
  package let output: UnsafeMutablePointer<Float>

  /// Joins a matrix and the place of its result.
  package init(_ weights: WeightMatrix, into output: UnsafeMutablePointer<Float>) {
    self.weights = weights
    self.output = output
  }
}
