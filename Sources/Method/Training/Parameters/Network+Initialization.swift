internal import CMCLanguageModel
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Network {
  /// Gives parameters their first values: normal with deviation 0.02, products that end in the residual stream less by
  /// √(2 · layers), norms 1, biases 0.
  ///
  /// Source: Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3.
  ///
  /// - Parameter seed: The same seed gives the same values.
  package func initialize(seed: UInt64) {
    var numbers = NormalNumbers(seed: seed)
    for entry in layout.entries {
      let start = values.start + entry.offset
      if entry.isBias {
        start.update(repeating: 0, count: entry.count)
      } else if entry.isNorm {
        start.update(repeating: 1, count: entry.count)
      } else {
        let isLast = entry.role == .attentionOutput || entry.role == .down
        let deviation = isLast ? 0.02 / (2 * Double(shape.layers)).squareRoot() : 0.02
        for index in 0..<entry.count { start[index] = Float(numbers.next() * deviation) }
      }
    }
  }

  /// Gives low-rank additions their first values: A uniform within ±1/√columns, B zero, so that nothing is added yet.
  package func initializeAdapters(seed: UInt64) {
    guard let adapters else { return }
    var generator = SeededGenerator(seed: seed)
    adapters.values.clear()
    for adapter in adapters.layout.adapters {
      let bound = 1 / Float(adapter.columns).squareRoot()
      for index in 0..<adapters.layout.rank * adapter.columns {
        adapters.values.start[adapter.a + index] = Float.random(in: -bound...bound, using: &generator)
      }
    }
  }
}

/// Normal numbers by the method of Box and Muller.
struct NormalNumbers {
  private var generator: SeededGenerator
  private var spare: Double?

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func next() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
    let angle = 2 * Double.pi * Double.random(in: 0..<1, using: &generator)
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
