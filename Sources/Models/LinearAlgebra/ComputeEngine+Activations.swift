internal import CMCKernels
internal import CMCPrimitives

extension ComputeEngine {
  /// x += y, for `count` numbers.
  package func addInto(_ x: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, count: Int) {
    nonisolated(unsafe) let (x, y) = (x, y)
    elements(count) { [kernels] in ck_add(x + $0.lowerBound, y + $0.lowerBound, $0.count, kernels) }
  }

  /// x += bias on each of `rows` rows of `columns` numbers.
  package func addBias(
    _ x: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    for r in 0..<rows { ck_add(x + r * columns, bias, columns, kernels) }
  }

  /// x *= factor, for `count` numbers.
  package func scale(_ x: UnsafeMutablePointer<Float>, by factor: Float, count: Int) {
    nonisolated(unsafe) let x = x
    elements(count) { [kernels] in ck_scale(x + $0.lowerBound, factor, $0.count, kernels) }
  }

  /// gate = silu(gate) · up, where silu(x) = x / (1 + exp(−x)).
  package func siluMultiply(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
    nonisolated(unsafe) let (gate, up) = (gate, up)
    elements(count) { [kernels] in
      ck_silu_multiply(gate + $0.lowerBound, up + $0.lowerBound, $0.count, kernels)
    }
  }

  /// gate = gelu(gate) · up, in the form with tanh.
  package func geluTanhMultiply(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
    nonisolated(unsafe) let (gate, up) = (gate, up)
    elements(count) { [kernels] in
      ck_gelu_multiply(gate + $0.lowerBound, up + $0.lowerBound, $0.count, kernels)
    }
  }

  /// x = gelu(x) = x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
  package func gelu(_ x: UnsafeMutablePointer<Float>, count: Int) {
    nonisolated(unsafe) let x = x
    elements(count) { [kernels] in ck_gelu(x + $0.lowerBound, $0.count, kernels) }
  }

  /// Ranges of numbers that need nothing of each other, some tens of microseconds of work each.
  func elements(_ count: Int, _ body: @Sendable (Range<Int>) -> Void) {
    parallelFor(count, chunk: 32768, threads: threads, byWorker: { _, range in body(range) })
  }
}
