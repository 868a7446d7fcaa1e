internal import CMCOpenBLAS

/// The parts of a matrix that adapters start from: its first singular directions, or the span of its first columns.
///
/// Both are projections, so they do not depend on the signs and bases in which libraries give singular vectors and
/// factors. Both are LAPACK's work, in double precision.
package enum LeadingParts {
  /// Takes the part of a matrix in its first singular directions away from it.
  ///
  /// The directions are eigenvectors of the product of the matrix with itself, along its shorter side.
  ///
  /// - Parameters:
  ///   - matrix: rows × columns numbers.
  ///   - rank: How many directions.
  /// - Throws: ``LinearAlgebraError/notDecomposed(rows:columns:)`` for numbers that are not finite.
  /// - Complexity: O(rows · columns · s + s³) for the shorter side s.
  package static func removePrincipal(
    _ matrix: UnsafeMutablePointer<Float>, rows: Int, columns: Int, rank: Int, engine: ComputeEngine
  ) throws(LinearAlgebraError) {
    let isWide = rows < columns
    let size = min(rows, columns)
    let kept = min(rank, size)
    let values = (0..<rows * columns).map { Double(matrix[$0]) }
    guard values.allSatisfy(\.isFinite) else { throw .notDecomposed(rows: rows, columns: columns) }
    var square = [Double](repeating: 0, count: size * size)
    cob_dgemm(
      !isWide, isWide, Int32(size), Int32(size), Int32(max(rows, columns)), 1, values, Int32(columns), values,
      Int32(columns), 0, &square, Int32(size))
    var directions = [Double](repeating: 0, count: kept * size)
    guard cob_leading_eigenvectors(Int32(size), Int32(kept), &square, &directions) else {
      throw .notDecomposed(rows: rows, columns: columns)
    }
    subtract(matrix, rows, columns, onto: directions, kept, isLeft: isWide, scale: 1, engine)
  }

  /// Takes away the projection of a matrix onto the span of its first columns, times a factor.
  ///
  /// - Parameters:
  ///   - matrix: rows × columns numbers.
  ///   - count: How many columns span.
  ///   - scale: The factor.
  /// - Throws: ``LinearAlgebraError/notDecomposed(rows:columns:)``.
  package static func removeLeadingColumns(
    _ matrix: UnsafeMutablePointer<Float>, rows: Int, columns: Int, count: Int, scale: Float,
    engine: ComputeEngine
  ) throws(LinearAlgebraError) {
    let kept = min(count, rows, columns)
    var span = (0..<kept).flatMap { column in (0..<rows).map { Double(matrix[$0 * columns + column]) } }
    guard span.allSatisfy(\.isFinite), cob_orthonormalize(Int32(rows), Int32(kept), &span) else {
      throw .notDecomposed(rows: rows, columns: kept)
    }
    subtract(matrix, rows, columns, onto: span, kept, isLeft: true, scale: scale, engine)
  }

  /// W -= scale · BᵀB · W, or W · BᵀB from the right, with B of orthonormal rows.
  private static func subtract(
    _ matrix: UnsafeMutablePointer<Float>, _ rows: Int, _ columns: Int, onto basis: [Double], _ kept: Int,
    isLeft: Bool, scale: Float, _ engine: ComputeEngine
  ) {
    let (b, stride) = (basis.map(Float.init), isLeft ? rows : columns)
    var part = [Float](repeating: 0, count: kept * (isLeft ? columns : rows))
    b.withUnsafeBufferPointer { b in
      part.withUnsafeMutableBufferPointer { part in
        guard let b = b.baseAddress, let part = part.baseAddress else { return }
        let whole = DenseOperand(matrix, stride: columns)
        let (plain, turned) = (
          DenseOperand(b, stride: stride), DenseOperand(b, stride: stride, transposed: true)
        )
        if isLeft {
          engine.product(m: kept, n: columns, k: rows, plain, whole, to: part, stride: columns)
          engine.product(
            m: rows, n: columns, k: kept, alpha: -scale, turned, DenseOperand(part, stride: columns),
            adding: true, to: matrix, stride: columns)
        } else {
          engine.product(m: rows, n: kept, k: columns, whole, turned, to: part, stride: kept)
          engine.product(
            m: rows, n: columns, k: kept, alpha: -scale, DenseOperand(part, stride: kept), plain,
            adding: true, to: matrix, stride: columns)
        }
      }
    }
  }
}
