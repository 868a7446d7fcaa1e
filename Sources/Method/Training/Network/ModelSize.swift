package import CMCLanguageModel

/// The shapes of models that have names: a width, a depth, and what follows from them.
public struct ModelSize: Sendable, Equatable {
  /// The name, after the number of parameters with a vocabulary of 32 000 (260K: of 512).
  public let name: String
  /// Elements of a position's state.
  public var hidden: Int
  /// The number of layers.
  public var layers: Int
  /// The number of heads.
  public var heads: Int
  /// The number of key and value heads.
  public var keyValueHeads: Int
  /// Elements inside the feed-forward part.
  public var inner: Int

  /// The named shapes; those of llama2.c's models, and two between.
  public static let named: [ModelSize] = [
    ModelSize(name: "260K", hidden: 64, layers: 5, heads: 8, keyValueHeads: 4, inner: 172),
    ModelSize(name: "1M", hidden: 128, layers: 4, heads: 4, keyValueHeads: 4, inner: 352),
    ModelSize(name: "5M", hidden: 192, layers: 6, heads: 6, keyValueHeads: 6, inner: 512),
    ModelSize(name: "15M", hidden: 288, layers: 6, heads: 6, keyValueHeads: 6, inner: 768),
    ModelSize(name: "42M", hidden: 512, layers: 8, heads: 8, keyValueHeads: 8, inner: 1376),
    ModelSize(name: "110M", hidden: 768, layers: 12, heads: 12, keyValueHeads: 12, inner: 2048),
  ]

  /// The shape of a name, or of numbers such as `80x3x4x208`: width, layers, heads, and the feed-forward part's width.
  ///
  /// - Returns: nil where the text is neither.
  public init?(_ text: String) {
    if let named = Self.named.first(where: { $0.name.lowercased() == text.lowercased() }) {
      self = named
      return
    }
    let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 4, numbers.allSatisfy({ ($0 ?? 0) > 0 }) else { return nil }
    let values = numbers.compactMap { $0 }
    guard values[0] % values[2] == 0, values[0] / values[2] % 2 == 0 else { return nil }
    self.init(
      name: text, hidden: values[0], layers: values[1], heads: values[2], keyValueHeads: values[2],
      inner: values[3])
  }

  private init(name: String, hidden: Int, layers: Int, heads: Int, keyValueHeads: Int, inner: Int) {
    self.name = name
    self.hidden = hidden
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.inner = inner
  }

  /// The configuration of a model of this shape.
  ///
  /// - Throws: `LanguageModelError` for impossible sizes.
  package func configuration(vocabulary: Int, context: Int) throws(LanguageModelError) -> ModelConfiguration {
    try .llama(
      vocabularySize: vocabulary, contextLength: context, hiddenSize: hidden, layerCount: layers,
      headCount: heads, keyValueHeadCount: keyValueHeads, feedForwardSize: inner)
  }
}
