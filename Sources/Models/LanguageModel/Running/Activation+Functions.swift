internal import CMCLinearAlgebra

extension ModelConfiguration.Activation {
  /// The function where no kernel has it.
  var elementFunction: ElementFunction? {
    switch self {
    case .silu: .silu
    case .geluTanh, .boundedSwish: nil
    case .gelu: .gelu
    case .relu: .relu
    case .squaredRelu: .squaredRelu
    }
  }

  /// The function of each of some numbers, in place.
  func apply(_ x: UnsafeMutablePointer<Float>, count: Int, _ engine: ComputeEngine) {
    if self == .geluTanh { engine.gelu(x, count: count) }
    if let function = elementFunction { engine.apply(function, x, count: count) }
  }
}
