internal import CMCOpenBLAS

/// Products of plain matrices in double precision, on the calling thread.
package enum DenseProduct {
  /// c = a · bᵀ.
  ///
  /// Any number of threads may call it at once. How the rows of a are cut into calls can change the last bits.
  ///
  /// - Parameters:
  ///   - a: rows × inner numbers, row after row.
  ///   - b: columns × inner numbers, row after row.
  ///   - rows: The rows of a and c; like all sizes below 2³¹.
  ///   - columns: The rows of b, which are the columns of c.
  ///   - inner: The columns of a and b; with 0 the product is 0.
  ///   - c: rows × columns numbers, row after row; overwritten.
  package static func multiplyTransposed(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, inner: Int,
    into c: UnsafeMutablePointer<Double>
  ) {
    BLAS.prepare()
    guard inner > 0 else { return c.update(repeating: 0, count: rows * columns) }
    cob_dgemm(
      false, true, Int32(rows), Int32(columns), Int32(inner), 1, a, Int32(inner), b, Int32(inner), 0, c,
      Int32(columns))
  }
}
