#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A function of single numbers that no vector kernel has; seldom the larger part of a model's work.
package enum ElementFunction: Sendable, Equatable {
  /// x / (1 + exp(−x)).
  case silu
  /// GELU by the error function: x / 2 · (1 + erf(x / √2)).
  case gelu
  /// max(x, 0).
  case relu
  /// max(x, 0)².
  case squaredRelu
  /// 1 / (1 + exp(−x)).
  case sigmoid
  /// tanh(x).
  case tanh

  /// The function of each of `count` numbers, in place.
  func apply(_ x: UnsafeMutablePointer<Float>, count: Int) {
    switch self {
    case .silu: for i in 0..<count { x[i] /= 1 + expf(-x[i]) }
    case .gelu:
      for i in 0..<count { x[i] *= 0.5 * (1 + erff(x[i] * 0.707_106_77)) }
    // A comparison in the other sense would turn what is no number into 0.
    case .relu: for i in 0..<count where x[i] < 0 { x[i] = 0 }
    case .squaredRelu: for i in 0..<count { x[i] = x[i] < 0 ? 0 : x[i] * x[i] }
    case .sigmoid: for i in 0..<count { x[i] = 1 / (1 + expf(-x[i])) }
    case .tanh: for i in 0..<count { x[i] = tanhf(x[i]) }
    }
  }
}

extension ElementFunction {
  /// gate = g · sigmoid(gain · g) · (u + 1) with g = min(gate, limit) and u = up cut off at the limit in size.
  static func boundedGate(
    _ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, gain: Float, limit: Float, count: Int
  ) {
    for i in 0..<count {
      // Comparisons in this sense let what is no number through.
      let g = gate[i] > limit ? limit : gate[i]
      let u = up[i] > limit ? limit : up[i] < -limit ? -limit : up[i]
      gate[i] = g / (1 + expf(-gain * g)) * (u + 1)
    }
  }
}

/// x = cap · tanh(x / cap), for `count` numbers.
func softCap(_ x: UnsafeMutablePointer<Float>, _ cap: Float, count: Int) {
  for i in 0..<count { x[i] = cap * tanhf(x[i] / cap) }
}
