internal import CKernels

extension ComputeEngine {
  /// x += y, for `count` numbers.
  public func addInto(_ x: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, count: Int) {
    ck_add(x, y, count, kernels)
  }

  /// x += bias on each of `rows` rows of `columns` numbers.
  public func addBias(_ x: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, rows: Int, columns: Int)
  {
    ck_add_row(x, bias, rows, columns, kernels)
  }

  /// x *= factor, for `count` numbers.
  public func scale(_ x: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
    ck_scale(x, factor, count, kernels)
  }

  /// gate = silu(gate) · up, where silu(x) = x / (1 + exp(−x)).
  public func siluMultiply(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
    ck_silu_multiply(gate, up, count, kernels)
  }

  /// gate = gelu(gate) · up, in the form with tanh.
  public func geluTanhMultiply(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
    ck_gelu_multiply(gate, up, count, kernels)
  }

  /// x = gelu(x) = x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
  public func gelu(_ x: UnsafeMutablePointer<Float>, count: Int) {
    ck_gelu(x, count, kernels)
  }
}
