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
    guard case .rms(let epsilon, _) = configuration.normalization else {
      throw .unsupported("a model with layer norms")
    }
    guard case .rotary = configuration.positions else {
      throw .unsupported("a model with learned positions")
    }
    guard case .gated(let activation) = configuration.feedForward else {
      throw .unsupported("a model without a gate")
    }
    guard configuration.biases.isSubset(of: .queryKeyValue) else {
      throw .unsupported("a model with biases beyond those of queries, keys and values")
    }
    self.configuration = configuration
    vocabulary = rows ?? configuration.vocabularySize
    self.epsilon = epsilon
    self.activation = activation == .silu ? .silu : .geluTanh
  }

  /// The sizes of a layer's attention.
  func attention(_ layer: Int) -> AttentionShape {
    AttentionShape(
      heads: configuration.headCount, kvHeads: configuration.keyValueHeadCount,
      headSize: configuration.headSize,
      scale: configuration.attentionScale, window: configuration.windows[layer])
  }
}
