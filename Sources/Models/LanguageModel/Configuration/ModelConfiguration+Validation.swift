extension ModelConfiguration {
  /// The largest value of any size: products of two, times eight bytes, are then far from overflow.
  private static let limit = 1 << 26

  /// Refuses sizes that no model has or that contradict each other, before anything is allocated by them.
  ///
  /// - Throws: ``LanguageModelError/configuration(_:)``.
  func validated() throws(LanguageModelError) -> ModelConfiguration {
    let sizes = [
      ("the vocabulary", vocabularySize), ("the context length", contextLength),
      ("the hidden size", hiddenSize),
      ("the number of layers", layerCount), ("the number of heads", headCount),
      ("the number of key/value heads", keyValueHeadCount), ("the size of a head", headSize),
      ("the size of the feed-forward part", feedForwardSize),
    ]
    for (name, size) in sizes where size < 1 || size > Self.limit {
      throw .configuration("\(name) is \(size), not from 1 to \(Self.limit)")
    }
    guard layerCount <= 4096, headSize <= 4096, headCount <= 4096 else {
      throw .configuration("\(layerCount) layers of \(headCount) heads of \(headSize) are more than can be")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw .configuration("\(headCount) heads are not a multiple of \(keyValueHeadCount) key/value heads")
    }
    if case .gated(.boundedSwish(let gain, let limit)) = feedForward {
      guard gain.isFinite, limit.isFinite, limit > 0 else {
        throw .configuration("a bound of the feed-forward part is not a number above 0")
      }
    }
    try validateHeads(limit: Self.limit)
    try perLayerInputs?.validate(self, limit: Self.limit)
    for (id, other) in standIns {
      guard id >= 0, (0..<vocabularySize).contains(Int(other)) else {
        throw .configuration("token \(other) cannot stand for token \(id)")
      }
    }
    try latent?.validate(limit: Self.limit)
    try mixture?.validate(limit: Self.limit)
    guard mixers.isEmpty || mixers.count == layerCount else {
      throw .configuration("\(mixers.count) layers are described, there are \(layerCount)")
    }
    for mixer in mixers {
      switch mixer {
      case .attention: break
      case .selectiveState(let state): try state.validate(limit: Self.limit)
      case .wkv(let state): try state.validate(limit: Self.limit)
      }
    }
    guard windows.count == layerCount, windows.allSatisfy({ $0.map { $0 > 0 } ?? true }) else {
      throw .configuration("the sliding windows do not fit \(layerCount) layers")
    }
    guard [attentionScale, embeddingScale, residualScale, logitScale].allSatisfy(\.isFinite) else {
      throw .configuration("a scale is not a finite number")
    }
    guard [scoreCap, logitCap, queryKeyValueBound].allSatisfy({ $0.map { $0.isFinite && $0 > 0 } ?? true })
    else {
      throw .configuration("a bound of scores, logits or queries is not a number above 0")
    }
    guard queryGrowth.map({ $0.factor.isFinite && $0.context > 0 }) ?? true else {
      throw .configuration("the growth of queries has impossible numbers")
    }
    switch normalization {
    case .rms(let epsilon, _), .layer(let epsilon, _):
      guard epsilon.isFinite, epsilon >= 0 else {
        throw .configuration("the epsilon of the norms is \(epsilon)")
      }
    }
    if case .rotary(_, let global, let local) = positions {
      if headShapes.isEmpty {
        for embedding in [global, local ?? global] { try validate(embedding, headSize: headSize) }
      } else {
        for (layer, shape) in headShapes.enumerated() {
          try validate(windows[layer] == nil ? global : local ?? global, headSize: shape.size)
        }
      }
    }
    return self
  }

  private func validate(_ embedding: RotaryEmbedding, headSize: Int) throws(LanguageModelError) {
    guard headSize % 2 == 0 else {
      throw .configuration("heads of \(headSize) elements cannot be turned in pairs")
    }
    let turned = embedding.turned ?? headSize
    guard turned % 2 == 0, turned > 0, turned <= headSize else {
      throw .configuration("\(turned) of \(headSize) elements of a head cannot be turned in pairs")
    }
    guard embedding.base.isFinite, embedding.base > 0 else {
      throw .configuration("the rotary base is \(embedding.base)")
    }
    guard embedding.scaling.isPossible(pairs: turned / 2, base: embedding.base) else {
      throw .configuration("the rotary scaling \(embedding.scaling.name) has impossible numbers")
    }
  }
}

extension RotaryEmbedding.Scaling {
  /// Whether its numbers give a frequency for each pair.
  func isPossible(pairs: Int, base: Double) -> Bool {
    func arePositive(_ divisors: [Float]) -> Bool {
      divisors.count == pairs && divisors.allSatisfy { $0.isFinite && $0 > 0 }
    }
    switch self {
    case .none: return true
    case .linear(let factor): return factor.isFinite && factor > 0
    case .llama3(let factor, let low, let high, let original):
      return [factor, low, high, original].allSatisfy { $0.isFinite && $0 > 0 } && high > low
    case .yarn(let yarn):
      return [yarn.factor, yarn.originalContext, yarn.betaFast, yarn.betaSlow, yarn.attentionFactor]
        .allSatisfy { $0.isFinite && $0 > 0 } && base != 1
    case .proportional(let share, let factor):
      return (0...1).contains(share) && factor.isFinite && factor > 0
    case .longRope(let scaling):
      return arePositive(scaling.short) && scaling.long.map(arePositive) ?? true
        && scaling.attentionFactor.isFinite && scaling.attentionFactor > 0 && scaling.originalContext > 0
    case .divisors(let divisors, let other):
      return arePositive(divisors) && other.isPossible(pairs: pairs, base: base)
    }
  }

  /// A name for messages.
  var name: String {
    switch self {
    case .none: "none"
    case .linear: "linear"
    case .llama3: "llama3"
    case .yarn: "yarn"
    case .longRope: "longrope"
    case .proportional: "proportional"
    case .divisors(_, .none): "by rope_freqs.weight"
    case .divisors(_, let other): "by rope_freqs.weight and \(other.name)"
    }
  }
}
