public import CMCLinearAlgebra

/// Everything about a decoder-only transformer but its weights: the sizes, and what varies between families, as data.
///
/// One forward pass reads it; the names of families play no part there.
public struct ModelConfiguration: Sendable, Equatable {
  /// What keeps activations in range.
  public enum Normalization: Sendable, Equatable {
    /// x / √(mean x² + ε) · (w + offset); Gemma's files of the hub store w − 1, so their offset is 1.
    case rms(epsilon: Float, weightOffset: Float)
    /// (x − mean) / √(variance + ε) · w + b.
    case layer(epsilon: Float)
  }

  /// How a position enters.
  public enum PositionEncoding: Sendable, Equatable {
    /// A vector for each position is added to the token's.
    case learned
    /// Queries and keys are turned. `local` is for layers with a window, where theirs differs.
    case rotary(layout: RotaryLayout, global: RotaryEmbedding, local: RotaryEmbedding?)
  }

  /// The function in the feed-forward part.
  public enum Activation: Sendable, Equatable {
    /// x · sigmoid(x).
    case silu
    /// GELU in its tanh form.
    case geluTanh
  }

  /// The shape of the feed-forward part.
  public enum FeedForward: Sendable, Equatable {
    /// down(f(gate(x)) · up(x)).
    case gated(Activation)
    /// down(f(up(x))); GELU in its tanh form.
    case plain
  }

  /// Which products have a bias.
  public struct Biases: OptionSet, Sendable {
    /// The members as bits.
    public let rawValue: Int
    /// A set of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Queries, keys and values.
    public static let queryKeyValue = Biases(rawValue: 1)
    /// The output of attention.
    public static let attentionOutput = Biases(rawValue: 2)
    /// The feed-forward part.
    public static let feedForward = Biases(rawValue: 4)
  }

  /// The family.
  public var architecture: ModelArchitecture
  /// The number of tokens: ids from 0 to this are meant to be used.
  public var vocabularySize: Int
  /// The number of positions the model was made for.
  public var contextLength: Int
  /// The elements of a position's state.
  public var hiddenSize: Int
  /// The number of layers.
  public var layerCount: Int
  /// The number of query heads.
  public var headCount: Int
  /// The number of key and value heads; each serves `headCount / keyValueHeadCount` query heads.
  public var keyValueHeadCount: Int
  /// The elements of a head.
  public var headSize: Int
  /// The elements inside the feed-forward part.
  public var feedForwardSize: Int
  /// The norm, everywhere the same.
  public var normalization: Normalization
  /// How positions enter.
  public var positions: PositionEncoding
  /// What scores of attention are multiplied by.
  public var attentionScale: Float
  /// For each layer how many positions back it sees, itself included; nil where all.
  public var windows: [Int?]
  /// Whether each head's queries and keys are normed.
  public var normsQueriesAndKeys = false
  /// Whether the outputs of attention and feed-forward part are normed before they are added.
  public var normsOutputs = false
  /// Which products have a bias.
  public var biases: Biases = []
  /// The feed-forward part.
  public var feedForward: FeedForward = .gated(.silu)
  /// What the embedding of a token is multiplied by.
  public var embeddingScale: Float = 1
  /// Whether the embeddings also turn states into logits.
  public var tiesEmbeddings: Bool

  /// The elements of all queries of a position.
  public var queryWidth: Int { headCount * headSize }
  /// The elements of all keys, or of all values, of a position.
  public var keyValueWidth: Int { keyValueHeadCount * headSize }
}
