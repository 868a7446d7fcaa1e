/// A matrix of float32 in memory, row after row, as a factor of a product.
package struct DenseOperand {
  /// The first number.
  package let start: UnsafePointer<Float>
  /// The distance from a row to the next in memory.
  package let stride: Int
  /// Whether the product takes the rows in memory as columns.
  package let isTransposed: Bool

  /// A matrix whose rows lie `stride` numbers apart.
  package init(_ start: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
    self.start = start
    self.stride = stride
    isTransposed = transposed
  }

  /// The same from a row and a column of the factor on.
  func from(row: Int, column: Int) -> DenseOperand {
    DenseOperand(
      start + (isTransposed ? column * stride + row : row * stride + column), stride: stride,
      transposed: isTransposed)
  }
}
