package import CMCLanguageModel
internal import CMCLinearAlgebra

/// What the backward pass needs to know of a model: the sizes and variations of a Llama-like decoder.
package struct NetworkShape: Sendable {
  /// The configuration it comes from.
  package let configuration: ModelConfiguration
  /// The rows of the embedding and of the head: logits of a position.
  package let vocabulary: Int
  /// Elements of a position's state.
  package var hidden: Int { configuration.hiddenSize }
  /// Elements inside the feed-forward part.
  package var inner: Int { configuration.feedForwardSize }
  /// The number of layers.
  package var layers: Int { configuration.layerCount }
  /// Elements of a position's queries.
  var queryWidth: Int { configuration.queryWidth }
  /// Elements of a position's keys.
  var keyWidth: Int { configuration.keyValueWidth }
  /// Elements of a position's queries, keys and values together.
  var fusedWidth: Int { queryWidth + 2 * keyWidth }
  /// Keeps a norm from dividing by zero.
  let epsilon: Float
  /// The gate's function.
  let activation: GatedActivation

  /// Takes a configuration.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - rows: The rows of the embedding where they are more than tokens.
  /// - Throws: ``TrainingError/unsupported(_:)``.
  package init(_ configuration: ModelConfiguration, rows: Int? = nil) throws(TrainingError) {
    guard configuration.attentionLayerCount == configuration.layerCount else {
      throw .unsupported("a model with layers that have a state in place of attention")
    }
    guard case .rms(let epsilon, _) = configuration.normalization else {
      throw .unsupported("a model with layer norms")
    }
    guard case .rotary = configuration.positions else {
      throw .unsupported("a model with learned positions")
    }
    guard case .gated(let function) = configuration.feedForward else {
      throw .unsupported("a model without a gate")
    }
    switch function {
    case .silu: activation = .silu
    case .geluTanh: activation = .geluTanh
    case .gelu, .relu, .squaredRelu, .boundedSwish:
      throw .unsupported("a gate of another function than silu and tanh's GELU")
    }
    if let part = configuration.partWithoutGradient { throw .unsupported(part) }
    self.configuration = configuration
    vocabulary = rows ?? configuration.vocabularySize
    self.epsilon = epsilon
  }

  /// The sizes of a layer's attention.
  func attention(_ layer: Int) -> AttentionShape {
    AttentionShape(
      heads: configuration.headCount, kvHeads: configuration.keyValueHeadCount,
      headSize: configuration.headSize,
      scale: configuration.attentionScale, window: configuration.windows[layer])
  }
}

extension ModelConfiguration {
  /// What the backward pass does not know, of what only some families have; nil where it knows all.
  fileprivate var partWithoutGradient: String? {
    if mixture != nil { return "a mixture of experts" }
    if !headShapes.isEmpty { return "a model whose layers have unlike heads" }
    if !keyValueSources.isEmpty { return "a model whose layers share keys and values" }
    if !keyedValues.isEmpty || normsValues { return "a model whose values are keys, or normed" }
    if perLayerInputs != nil { return "a model with inputs by layer" }
    if scalesLayers || !feedForwardSizes.isEmpty {
      return "a model with scaled layers, or feed-forward parts of unlike sizes"
    }
    if !standIns.isEmpty { return "a model with places of pictures" }
    if latent != nil { return "a model with latent attention" }
    if hasSinks { return "a model whose heads have scores of their own" }
    if queryKeyValueBound != nil { return "a model that cuts off queries, keys and values" }
    if !biases.isSubset(of: .queryKeyValue) {
      return "a model with biases beyond those of queries, keys and values"
    }
    if normsEmbeddings { return "a model that norms embeddings" }
    if !normsInputs { return "a model that norms outputs alone" }
    if queryKeyNorm != .none, queryKeyNorm != .shared { return "a model whose heads are normed otherwise" }
    if arrangement == .mixerAlone { return "a model without feed-forward parts" }
    if arrangement != .sequential { return "a model with both parts of a layer side by side" }
    if scoreCap != nil || logitCap != nil { return "a model with bounds on scores or logits" }
    if residualScale != 1 || logitScale != 1 { return "a model with scaled sums or logits" }
    if !unturnedLayers.isEmpty { return "a model with layers without positions" }
    if queryGrowth != nil { return "a model whose queries grow with their position" }
    if architecture.hubLayout == .interleaved { return "a model whose pairs lie side by side" }
    if case .rotary(_, let global, let local) = positions, global.turned != nil || local?.turned != nil {
      return "a model that turns a part of each head"
    }
    return architecture.isWritten
      ? nil : "a model of \(architecture.title), whose files are not written here,"
  }
}
