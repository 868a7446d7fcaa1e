import CMCPrimitives

/// How likely a continuation is.
public struct AnswerScore: Sendable, Equatable {
  /// The sum of the tokens' log-probabilities.
  public var logProbability = 0.0
  /// The tokens.
  public var tokens = 0
  /// Those that no other token beats.
  public var correct = 0
  /// Those that the map places exactly.
  public var exact = 0
  /// Those without a target.
  public var unmatched = 0
  /// How often a delta model's text was encoded anew.
  public var reencodes = 0
  /// The log-probability that the answer ends there; nil where the vocabulary has no end token, or the context no room.
  ///
  /// In no other figure: what is measured is the answer's text.
  public var endLogProbability: Double?

  /// Nothing scored.
  public init() {}

  /// The probability of a token in the geometric mean: what TOFU calls the probability of an answer.
  public var probability: Double { tokens == 0 ? 0 : exponential(logProbability / Double(tokens)) }
}
