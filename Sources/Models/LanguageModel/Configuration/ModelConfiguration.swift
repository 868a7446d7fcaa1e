package import CMCLinearAlgebra

/// Everything about a decoder-only transformer but its weights: the sizes, and what varies between families, as data.
///
/// One forward pass reads it; the names of families play no part there.
package struct ModelConfiguration: Sendable, Equatable {
  /// What keeps activations in range.
  package enum Normalization: Sendable, Equatable {
    /// x / √(mean x² + ε) · (w + offset); Gemma's files of the hub store w − 1, so their offset is 1.
    case rms(epsilon: Float, weightOffset: Float)
    /// (x − mean) / √(variance + ε) · w + b.
    case layer(epsilon: Float)
  }

  /// How a position enters.
  package enum PositionEncoding: Sendable, Equatable {
    /// A vector for each position is added to the token's.
    case learned
    /// Queries and keys are turned. `local` is for layers with a window, where theirs differs.
    case rotary(layout: RotaryLayout, global: RotaryEmbedding, local: RotaryEmbedding?)
  }

  /// The function in the feed-forward part.
  package enum Activation: Sendable, Equatable {
    /// x · sigmoid(x).
    case silu
    /// GELU in its tanh form.
    case geluTanh
  }

  /// The shape of the feed-forward part.
  package enum FeedForward: Sendable, Equatable {
    /// down(f(gate(x)) · up(x)).
    case gated(Activation)
    /// down(f(up(x))); GELU in its tanh form.
    case plain
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
  /// Whether each head's queries and keys are normed.
  package var normsQueriesAndKeys = false
  /// Whether the outputs of attention and feed-forward part are normed before they are added.
  package var normsOutputs = false
  /// Which products have a bias.
  package var biases: Biases = []
  /// The feed-forward part.
  package var feedForward: FeedForward = .gated(.silu)
  /// What the embedding of a token is multiplied by.
  package var embeddingScale: Float = 1
  /// Whether the embeddings also turn states into logits.
  package var tiesEmbeddings: Bool

  /// The elements of all queries of a position.
  package var queryWidth: Int { headCount * headSize }
  /// The elements of all keys, or of all values, of a position.
  package var keyValueWidth: Int { keyValueHeadCount * headSize }
}
