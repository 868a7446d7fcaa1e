package import CMCLinearAlgebra

/// Everything about a decoder-only transformer but its weights: the sizes, and what varies between families, as data.
///
/// One forward pass reads it; the names of families play no part there.
package struct ModelConfiguration: Sendable, Equatable {
  /// What keeps activations in range.
  package enum Normalization: Sendable, Equatable {
    /// x / √(mean x² + ε) · (w + offset); Gemma's files of the hub store w − 1, so their offset is 1.
    case rms(epsilon: Float, weightOffset: Float)
    /// (x − mean) / √(variance + ε) · w + b, or without b.
    case layer(epsilon: Float, hasBias: Bool)
  }

  /// How a position enters.
  package enum PositionEncoding: Sendable, Equatable {
    /// A vector for each position is added to the token's; the table has so many rows before the first position's.
    case learned(offset: Int)
    /// Queries and keys are turned. `local` is for layers with a window, where theirs differs.
    case rotary(layout: RotaryLayout, global: RotaryEmbedding, local: RotaryEmbedding?)
    /// Not at all: what mixes positions keeps their order.
    case unmarked
  }

  /// The function in the feed-forward part.
  package enum Activation: Sendable, Equatable {
    /// x · sigmoid(x).
    case silu
    /// GELU in its tanh form.
    case geluTanh
    /// GELU by the error function.
    case gelu
    /// max(x, 0).
    case relu
    /// max(x, 0)².
    case squaredRelu
    /// g · sigmoid(gain · g) · (u + 1) with g = min(gate, limit) and u cut off at the limit in size; gated alone.
    case boundedSwish(gain: Float, limit: Float)
  }

  /// What queries and keys are normed by before they are turned.
  package enum QueryKeyNorm: Sendable, Equatable {
    /// Nothing.
    case none
    /// Each head, by weights that all heads share.
    case shared
    /// Each head, by weights of its own.
    case perHead
    /// All heads together.
    case whole
  }

  /// How the two parts of a layer follow each other.
  package enum Arrangement: Sendable, Equatable {
    /// The feed-forward part reads the sum that attention has been added to.
    case sequential
    /// Both read the state as the layer finds it; the feed-forward part through attention's norm, or one of its own.
    case parallel(sharesNorm: Bool)
    /// There is no feed-forward part; what mixes positions is all that a layer has.
    case mixerAlone
  }

  /// What queries of far positions are multiplied by: 1 + β · ln(1 + ⌊position / context⌋).
  package struct QueryGrowth: Sendable, Equatable {
    /// β.
    package var factor: Double
    /// The positions that nothing is multiplied for.
    package var context: Int
  }

  /// The shape of the feed-forward part.
  package enum FeedForward: Sendable, Equatable {
    /// down(f(gate(x)) · up(x)).
    case gated(Activation)
    /// down(f(up(x))).
    case plain(Activation)
  }

  /// Which products have a bias.
  package struct Biases: OptionSet, Sendable {
    /// The members as bits.
    package let rawValue: Int
    /// A set of bits.
    package init(rawValue: Int) { self.rawValue = rawValue }
    /// Queries, keys and values.
    package static let queryKeyValue = Biases(rawValue: 1)
    /// The output of attention.
    package static let attentionOutput = Biases(rawValue: 2)
    /// The feed-forward part.
    package static let feedForward = Biases(rawValue: 4)
  }

  /// The family.
  package var architecture: ModelArchitecture
  /// The number of tokens: ids from 0 to this are meant to be used.
  package var vocabularySize: Int
  /// The number of positions the model was made for.
  package var contextLength: Int
  /// The elements of a position's state.
  package var hiddenSize: Int
  /// The number of layers.
  package var layerCount: Int
  /// The number of query heads.
  package var headCount: Int
  /// The number of key and value heads; each serves `headCount / keyValueHeadCount` query heads.
  package var keyValueHeadCount: Int
  /// The elements of a head.
  package var headSize: Int
  /// The elements inside the feed-forward part.
  package var feedForwardSize: Int
  /// The norm, everywhere the same.
  package var normalization: Normalization
  /// How positions enter.
  package var positions: PositionEncoding
  /// What scores of attention are multiplied by.
  package var attentionScale: Float
  /// For each layer how many positions back it sees, itself included; nil where all.
  package var windows: [Int?]
  /// How queries and keys are normed.
  package var queryKeyNorm = QueryKeyNorm.none
  /// Whether embeddings are normed before the first layer.
  package var normsEmbeddings = false
  /// Whether what attention and feed-forward part read is normed.
  package var normsInputs = true
  /// Whether the outputs of attention and feed-forward part are normed before they are added.
  package var normsOutputs = false
  /// Which products have a bias.
  package var biases: Biases = []
  /// The feed-forward part.
  package var feedForward: FeedForward = .gated(.silu)
  /// The heads of each layer, where they differ; empty where all are as above.
  package var headShapes: [HeadShape] = []
  /// The layer whose keys and values each layer reads, itself or an earlier one; empty where each has its own.
  package var keyValueSources: [Int] = []
  /// The layers whose values are their keys, before those are normed and turned.
  package var keyedValues: Set<Int> = []
  /// Whether each head's values are normed, without weights.
  package var normsValues = false
  /// The elements inside the feed-forward part of each layer, where they differ; empty where all are as above.
  package var feedForwardSizes: [Int] = []
  /// What each token brings to each layer beside the state, or nil.
  package var perLayerInputs: PerLayerInputs?
  /// Whether the state behind each layer is multiplied by a number of the layer's.
  package var scalesLayers = false
  /// Tokens that other tokens' embeddings stand for: places of pictures, where there are none.
  package var standIns: [Int32: Int32] = [:]
  /// What mixes positions, for each layer; empty where all have attention.
  package var mixers: [TokenMixer] = []
  /// How keys and values are made of a short vector, or nil where they are made of the state itself.
  package var latent: LatentAttention?
  /// The experts that layers have in place of one feed-forward part, or nil.
  package var mixture: Mixture?
  /// How the two parts of a layer follow each other.
  package var arrangement = Arrangement.sequential
  /// The layers whose queries and keys are not turned.
  package var unturnedLayers: Set<Int> = []
  /// What queries of far positions are multiplied by, or nil.
  package var queryGrowth: QueryGrowth?
  /// What queries, keys and values are cut off at in size, before they are turned; or nil.
  package var queryKeyValueBound: Float?
  /// Whether each head has a score of its own that takes a share of attention and adds nothing.
  package var hasSinks = false
  /// What scores of attention stay below in size, or nil.
  package var scoreCap: Float?
  /// What logits stay below in size, or nil.
  package var logitCap: Float?
  /// What logits are multiplied by, before they are bounded.
  package var logitScale: Float = 1
  /// What the outputs of attention and feed-forward part are multiplied by before they are added.
  package var residualScale: Float = 1
  /// What the embedding of a token is multiplied by.
  package var embeddingScale: Float = 1
  /// How another tool has packed the weights, or nil.
  package var packing: WeightPacking?
  /// Whether the embeddings also turn states into logits.
  package var tiesEmbeddings: Bool

  /// The elements of all queries of a position.
  package var queryWidth: Int { headCount * headSize }
  /// The elements of all keys, or of all values, of a position.
  package var keyValueWidth: Int { keyValueHeadCount * headSize }
  /// Whether the feed-forward part has a gate.
  var isGated: Bool {
    if case .gated = feedForward { return true }
    return false
  }
  /// The most elements inside a feed-forward part that is no expert; 0 where there is none.
  var widestFeedForward: Int {
    guard arrangement != .mixerAlone else { return 0 }
    let whole = feedForwardSizes.max() ?? feedForwardSize
    guard let mixture, !mixture.isBeside else { return whole }
    return max(mixture.denseLayers.isEmpty ? 0 : whole, mixture.sharedSize ?? 0)
  }
  /// Whether the feed-forward part has a norm of its own before it.
  var normsFeedForwardInput: Bool {
    normsInputs && arrangement != .parallel(sharesNorm: true) && arrangement != .mixerAlone
  }
}
