internal import CMCPrimitives

extension ComputeEngine {
  /// The multiplications that a piece of a product has at least: some hundred microseconds of work.
  private static let pieceSize = 1 << 23
  /// The most pieces a product is cut into.
  private static let mostPieces = 64

  /// c = alpha · a · b, plus what is in c where it is to be kept: products of float32, as training needs them.
  ///
  /// The product is cut into pieces by its shape alone, so the result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - m: Rows of a and c.
  ///   - n: Columns of b and c.
  ///   - k: Columns of a, rows of b.
  ///   - alpha: A factor of the product.
  ///   - a: m × k.
  ///   - b: k × n.
  ///   - keep: Whether the product is added to c.
  ///   - c: m rows of n numbers; must not overlap a or b.
  ///   - stride: The distance of rows of c.
  package func product(
    m: Int, n: Int, k: Int, alpha: Float = 1, _ a: DenseOperand, _ b: DenseOperand, adding keep: Bool = false,
    to c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard m > 0, n > 0 else { return }
    // Pieces along the longer side; their ends are whole panels of the product's kernels.
    let side = max(m, n)
    let wanted = min(Self.mostPieces, max(1, m * n * k / Self.pieceSize))
    let length = ((side + wanted - 1) / wanted + 47) / 48 * 48
    let pieces = (side + length - 1) / length
    nonisolated(unsafe) let (a, b, c) = (a, b, c)
    parallelFor(pieces, chunk: 1, threads: threads) { _, range in
      for piece in range {
        let first = piece * length
        let count = min(length, side - first)
        if m >= n {
          BLAS.multiply(
            m: count, n: n, k: k, alpha: alpha, a.from(row: first, column: 0), b, adding: keep,
            to: c + first * stride, stride: stride)
        } else {
          BLAS.multiply(
            m: m, n: count, k: k, alpha: alpha, a, b.from(row: 0, column: first), adding: keep, to: c + first,
            stride: stride)
        }
      }
    }
  }
}
