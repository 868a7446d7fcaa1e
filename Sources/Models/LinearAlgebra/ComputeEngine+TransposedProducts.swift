internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// y = x · W: the input vectors through a matrix that is stored as inputs × outputs, as GPT-2's are.
  ///
  /// Exact in both precisions: blocks of quantised types lie along the outputs here.
  ///
  /// - Parameters:
  ///   - weights: rows × columns; rows are the inputs.
  ///   - x: positions × rows.
  ///   - n: The number of positions.
  ///   - y: positions × columns.
  package func multiplyTransposed(
    _ weights: WeightMatrix, _ x: UnsafePointer<Float>, positions n: Int = 1,
    into y: UnsafeMutablePointer<Float>
  ) {
    // Each piece is a run of columns over all rows, whole blocks of them, widened some rows at a time.
    let width = 256
    let depth = 128
    let pieces = (weights.columns + width - 1) / width
    let scratchSize = width * depth * 4
    nonisolated(unsafe) let scratch = parts.reserve(scratchSize * threads)
    nonisolated(unsafe) let (x, y) = (x, y)
    let kernels = kernels
    parallelFor(pieces, chunk: 1, threads: threads) { worker, range in
      let panel = (scratch + worker * scratchSize).assumingMemoryBound(to: Float.self)
      for piece in range {
        let first = piece * width
        let count = min(width, weights.columns - first)
        if weights.type == .f32 {
          // As they are: nothing is widened or copied.
          let start = UnsafeRawPointer(weights.start).assumingMemoryBound(to: Float.self) + first
          for p in 0..<(n < 8 ? n : 0) {
            ck_weighted_sum(
              x + p * weights.rows, start, weights.columns, count, weights.rows, 0,
              y + p * weights.columns + first, kernels)
          }
          if n >= 8 {
            BLAS.multiply(
              m: n, n: count, k: weights.rows, x, aStride: weights.rows, start, bStride: weights.columns,
              transposed: false, to: y + first, cStride: weights.columns)
          }
          continue
        }
        let offset = first / weights.type.blockElements * weights.type.blockBytes
        for row in stride(from: 0, to: weights.rows, by: depth) {
          let rows = min(depth, weights.rows - row)
          for r in 0..<rows {
            let start = weights.start + (row + r) * weights.rowBytes + offset
            ck_widen(weights.kernelType, start, count, panel + r * count, kernels)
          }
          BLAS.multiply(
            m: n, n: count, k: rows, x + row, aStride: weights.rows, panel, bStride: count, transposed: false,
            adding: row > 0, to: y + first, cStride: weights.columns)
        }
      }
    }
  }
}
