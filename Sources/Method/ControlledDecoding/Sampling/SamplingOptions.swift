/// How a token is chosen from scores; as it stands, the best one.
public struct SamplingOptions: Sendable, Equatable, Codable {
  /// 0 takes the best token; otherwise scores are divided by it.
  public var temperature: Float = 0
  /// How many of the best tokens take part; 0 for all.
  public var topK = 0
  /// The smallest set of the best tokens with at least this share of the probability takes part; 1 for all.
  public var topP: Float = 1
  /// Tokens below this share of the best one's probability take no part; 0 for none.
  public var minP: Float = 0
  /// What scores of tokens that occurred are divided by, or multiplied by where negative; 1 for nothing.
  ///
  /// Source: Keskar et al., "CTRL" (2019), section 4.1, in the form transformers gives it.
  public var repetitionPenalty: Float = 1
  /// Where the random numbers begin.
  public var seed: UInt64 = 0

  /// The best token.
  public init() {}
}
