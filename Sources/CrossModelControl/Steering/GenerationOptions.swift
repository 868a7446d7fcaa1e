public import CMCControlledDecoding

/// What a generation does, beside the models: how tokens are chosen and what ends a text.
public struct GenerationOptions: Sendable, Equatable, Codable {
  /// How many tokens at most.
  public var maxTokens = 128
  /// How a token is chosen.
  public var sampling = SamplingOptions()
  /// Texts that end it and are left out, beside those of the user's template.
  public var stops: [String] = []
  /// Whether it goes on after end tokens and the template's own marks.
  public var ignoresEndTokens = false
  /// Whether the earlier half of the text is dropped where the context is full; otherwise that is an error.
  public var shiftsContext = false
  /// How many of the best tokens each step records; 0 for none.
  public var traceTop = 0

  /// 128 tokens at most, the best one each time.
  public init() {}
}
