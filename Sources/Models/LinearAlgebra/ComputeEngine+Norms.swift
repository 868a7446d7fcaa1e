internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// x / √(mean(x²) + ε) · (offset + weight), row by row.
  ///
  /// - Parameters:
  ///   - x: rows × columns.
  ///   - weight: columns.
  ///   - epsilon: Keeps a row of zeros from dividing by zero.
  ///   - offset: What is added to the weights: 0, or 1 where a model stores them less one (Gemma).
  ///   - rows: The number of rows: positions, or positions × heads for norms of heads.
  ///   - columns: The length of a row.
  ///   - out: rows × columns; may be `x`.
  package func rmsNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, offset: Float = 0, rows: Int,
    columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, weight, out) = (x, weight, out)
    rowsOf(columns, rows) { [kernels] in
      let at = $0.lowerBound * columns
      ck_rms_norm(x + at, weight, epsilon, offset, $0.count, columns, out + at, kernels)
    }
  }

  /// (x − mean) / √(variance + ε) · weight + bias, row by row; `out` may be `x`.
  package func layerNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, epsilon: Float,
    rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    nonisolated(unsafe) let (x, weight, bias, out) = (x, weight, bias, out)
    rowsOf(columns, rows) { [kernels] in
      let at = $0.lowerBound * columns
      ck_layer_norm(x + at, weight, bias, epsilon, $0.count, columns, out + at, kernels)
    }
  }

  /// Each row becomes exp(x − max) / Σ exp(x − max), in place.
  package func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    nonisolated(unsafe) let x = x
    rowsOf(columns, rows) { [kernels] in
      ck_softmax(x + $0.lowerBound * columns, $0.count, columns, columns, kernels)
    }
  }

  /// Ranges of rows that need nothing of each other, some tens of microseconds of work each.
  func rowsOf(_ columns: Int, _ rows: Int, _ body: @Sendable (Range<Int>) -> Void) {
    parallelFor(
      rows, chunk: max(1, 32768 / max(1, columns)), threads: threads, byWorker: { _, range in body(range) })
  }
}
