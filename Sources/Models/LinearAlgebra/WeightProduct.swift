/// One of several products of the same input: a matrix and where its result goes.
public struct WeightProduct {
  /// The matrix.
  public let weights: WeightMatrix
  /// Room for positions × rows of the matrix.
  public let output: UnsafeMutablePointer<Float>

  /// Joins a matrix and the place of its result.
  public init(_ weights: WeightMatrix, into output: UnsafeMutablePointer<Float>) {
    self.weights = weights
    self.output = output
  }
}
