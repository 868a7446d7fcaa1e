internal import CKernels

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
  public func rmsNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, offset: Float = 0, rows: Int,
    columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    ck_rms_norm(x, weight, epsilon, offset, rows, columns, out, kernels)
  }

  /// (x − mean) / √(variance + ε) · weight + bias, row by row; `out` may be `x`.
  public func layerNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, epsilon: Float,
    rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>
  ) {
    ck_layer_norm(x, weight, bias, epsilon, rows, columns, out, kernels)
  }

  /// Each row becomes exp(x − max) / Σ exp(x − max), in place.
  public func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
    ck_softmax(x, rows, columns, columns, kernels)
  }
}
