extension ComputeEngine {
  /// x = f(x), for `count` numbers.
  ///
  /// - Complexity: O(count); a number at a time, unlike the kernels.
  package func apply(_ function: ElementFunction, _ x: UnsafeMutablePointer<Float>, count: Int) {
    nonisolated(unsafe) let x = x
    elements(count) { function.apply(x + $0.lowerBound, count: $0.count) }
  }

  /// gate = f(gate) · up, for `count` numbers.
  ///
  /// - Complexity: O(count); a number at a time, unlike the kernels.
  package func gate(
    _ function: ElementFunction, _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int
  ) {
    nonisolated(unsafe) let (gate, up) = (gate, up)
    elements(count) {
      function.apply(gate + $0.lowerBound, count: $0.count)
      for i in $0 { gate[i] *= up[i] }
    }
  }

  /// gate = g · sigmoid(gain · g) · (u + 1) with g = min(gate, limit) and u = up cut off at the limit in size.
  ///
  /// - Complexity: O(count); a number at a time, unlike the kernels.
  package func boundedGate(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, gain: Float, limit: Float, count: Int
  ) {
    nonisolated(unsafe) let (gate, up) = (gate, up)
    elements(count) {
      ElementFunction.boundedGate(
        gate + $0.lowerBound, up + $0.lowerBound, gain: gain, limit: limit, count: $0.count)
    }
  }

  /// Cuts off `count` numbers at a bound of their size.
  ///
  /// - Complexity: O(count); a number at a time, unlike the kernels.
  package func clip(_ x: UnsafeMutablePointer<Float>, at bound: Float, count: Int) {
    nonisolated(unsafe) let x = x
    elements(count) {
      // What is no number stays none.
      for i in $0 where abs(x[i]) > bound { x[i] = x[i] < 0 ? -bound : bound }
    }
  }

  /// x = cap · tanh(x / cap), for `count` numbers.
  ///
  /// - Complexity: O(count); a number at a time, unlike the kernels.
  package func softCap(_ x: UnsafeMutablePointer<Float>, at cap: Float, count: Int) {
    nonisolated(unsafe) let x = x
    elements(count) { CMCLinearAlgebra.softCap(x + $0.lowerBound, cap, count: $0.count) }
  }
}
