internal import CMCLinearAlgebra

/// A norm's parameters; `bias` only where the norm subtracts the mean.
struct NormWeights: Sendable {
  let weight: ParameterVector
  let bias: ParameterVector?
}

/// A product and what is added to it: y = W · x + b.
struct LinearWeights: Sendable {
  let matrix: WeightMatrix
  let bias: ParameterVector?
  /// The tensor's name, for errors.
  let name: String
}

/// The weights of one layer, whatever container they come from.
struct LayerWeights: Sendable {
  /// Nil where the family norms outputs alone.
  let attentionNorm: NormWeights?
  /// [heads · d × hidden], [key/value heads · d × hidden] twice.
  let query: LinearWeights
  let key: LinearWeights
  let value: LinearWeights
  /// Each [d], shared by the heads, or with numbers for each head.
  let queryNorm: NormWeights?
  let keyNorm: NormWeights?
  /// [heads]; nil where there are none.
  let sinks: ParameterVector?
  /// [hidden × heads · d].
  let attentionOutput: LinearWeights
  let attentionOutputNorm: NormWeights?
  /// Nil where attention's serves both parts, or outputs alone are normed.
  let feedForwardNorm: NormWeights?
  /// What every position goes through; nil where a layer has experts alone.
  let feedForward: FeedForwardWeights?
  /// The experts, where the layer has them.
  let mixture: MixtureWeights?
  let feedForwardOutputNorm: NormWeights?

  /// Every matrix, to look for the one that has bad values.
  var matrices: [LinearWeights] {
    [query, key, value, attentionOutput] + (feedForward?.matrices ?? []) + (mixture?.matrices ?? [])
  }
}

/// All weights of a model: mapped where the file's layout is the one that is computed with, else turned once.
struct ModelWeights: Sendable {
  /// [rows × hidden]; the rows may be more than the tokens.
  let tokenEmbedding: LinearWeights
  /// [context × hidden], for learned positions; some have rows before the first one.
  let positionEmbedding: LinearWeights?
  let layers: [LayerWeights]
  let finalNorm: NormWeights
  /// [rows × hidden]; the embeddings themselves where they are tied.
  let head: LinearWeights
}
