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

/// What latent attention has beside the products of other attention.
struct LatentWeights: Sendable {
  /// [query rank × hidden], and the norm of what it gives; nil where queries are made of the state itself.
  let queryDown: LinearWeights?
  let queryNorm: ParameterVector?
  /// [rank].
  let norm: ParameterVector
}

/// The weights of attention in a layer.
struct AttentionWeights: Sendable {
  /// [heads · d × hidden], [key/value heads · d × hidden] twice; where attention is latent, queries of their short vector
  /// or the state, the short vector of keys and values with the turned part, and what is made of it.
  ///
  /// There are no keys where those of another layer are read, and no values where they are the keys.
  let query: LinearWeights
  let key: LinearWeights?
  let value: LinearWeights?
  /// Each [d], shared by the heads, or with numbers for each head.
  let queryNorm: NormWeights?
  let keyNorm: NormWeights?
  /// Ones [d], where values are normed.
  let valueNorm: NormWeights?
  /// [heads]; nil where there are none.
  let sinks: ParameterVector?
  /// Where attention is latent.
  let latent: LatentWeights?
  /// [hidden × heads · d].
  let output: LinearWeights

  /// Every matrix.
  var matrices: [LinearWeights] { [query, key, value, output, latent?.queryDown].compactMap { $0 } }
}

/// The weights of what mixes positions in a layer.
enum MixerWeights: Sendable {
  case attention(AttentionWeights)
  case selectiveState(SelectiveWeights)
  case wkv(WKVWeights)

  /// Every matrix.
  var matrices: [LinearWeights] {
    switch self {
    case .attention(let weights): weights.matrices
    case .selectiveState(let weights): weights.matrices
    case .wkv(let weights): weights.matrices
    }
  }
}

/// The weights of one layer, whatever container they come from.
struct LayerWeights: Sendable {
  /// Nil where the family norms outputs alone.
  let attentionNorm: NormWeights?
  /// What mixes positions.
  let mixer: MixerWeights
  let attentionOutputNorm: NormWeights?
  /// Nil where attention's serves both parts, or outputs alone are normed.
  let feedForwardNorm: NormWeights?
  /// What every position goes through; nil where a layer has experts alone, or its mixer.
  let feedForward: FeedForwardWeights?
  /// The experts, where the layer has them.
  let mixture: MixtureWeights?
  let feedForwardOutputNorm: NormWeights?
  /// What the layer makes of its input beside the state; nil where it has none.
  let perLayer: PerLayerAddition?
  /// What the state behind the layer is multiplied by, or nil.
  let scale: Float?

  /// The weights of attention; nil where the layer has another mixer.
  var attention: AttentionWeights? {
    if case .attention(let weights) = mixer { return weights }
    return nil
  }

  /// Every matrix, to look for the one that has bad values.
  var matrices: [LinearWeights] {
    mixer.matrices + (feedForward?.matrices ?? []) + (mixture?.matrices ?? [])
      + (perLayer.map { [$0.gate, $0.output] } ?? [])
  }
}

/// What makes the inputs of all layers beside the state.
struct PerLayerWeights: Sendable {
  /// [tokens × layers · width].
  let table: LinearWeights
  /// [layers · width × hidden].
  let projection: LinearWeights
  /// [width].
  let norm: NormWeights
}

/// What a layer makes of its input beside the state.
struct PerLayerAddition: Sendable {
  /// [width × hidden].
  let gate: LinearWeights
  /// [hidden × width].
  let output: LinearWeights
  let norm: NormWeights
}

/// All weights of a model: mapped where the file's layout is the one that is computed with, else turned once.
struct ModelWeights: Sendable {
  /// [rows × hidden]; the rows may be more than the tokens.
  let tokenEmbedding: LinearWeights
  /// [context × hidden], for learned positions; some have rows before the first one.
  let positionEmbedding: LinearWeights?
  /// What embeddings are normed by before the first layer; nil where they are not.
  let embeddingNorm: NormWeights?
  /// What makes the inputs of layers beside the state; nil where they have none.
  let perLayer: PerLayerWeights?
  let layers: [LayerWeights]
  let finalNorm: NormWeights
  /// [rows × hidden]; the embeddings themselves where they are tied.
  let head: LinearWeights
}
