internal import CMCKernels

/// One of several products of different rows of one input: a matrix, the rows it takes, and where its result goes.
package struct RowsProduct {
  /// The matrix.
  package let weights: WeightMatrix
  /// The rows of the input, which lie one after another.
  package let rows: Range<Int>
  /// Room for as many rows of the matrix' length.
  package let output: UnsafeMutablePointer<Float>

  /// Joins the three.
  package init(_ weights: WeightMatrix, rows: Range<Int>, into output: UnsafeMutablePointer<Float>) {
    self.weights = weights
    self.rows = rows
    self.output = output
  }
}

/// A product of some rows as plain values, and how it is cut; see ``PlannedProduct``.
struct PlannedRows: BitwiseCopyable {
  let type: ck_type
  let isFast: Bool
  let rows: Int
  let columns: Int
  let rowBytes: Int
  let start: UnsafePointer<UInt8>
  let output: UnsafeMutablePointer<Float>
  let firstInput: Int
  let inputs: Int
  /// How many rows of the matrix belong together.
  let pieceRows: Int
  /// How many pieces come before the first of this product.
  let firstPiece: Int

  /// How many pieces the product has.
  var pieces: Int { (rows + pieceRows - 1) / pieceRows }
}
