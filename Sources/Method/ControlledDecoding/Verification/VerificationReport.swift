/// What an end-to-end check of a map with two models found.
public struct VerificationReport: Sendable {
  /// How a check ended.
  public enum Outcome: String, Sendable {
    /// It holds.
    case passed
    /// It holds with reservations.
    case warning
    /// It does not hold.
    case failed
  }

  /// One line of the report.
  public struct Check: Sendable {
    /// What was checked.
    public var name: String
    /// How it ended.
    public var outcome: Outcome
    /// What was found, in words and figures.
    public var detail: String
  }

  /// A token of the delta model whose probability does not reach the user's columns.
  public struct Mismatch: Sendable {
    /// The token of the delta model.
    public var id: Int32
    /// Its probability, as a share of all steps.
    public var lostShare: Double
    /// A user token that reads its logit instead of one with its text; -1 where none does.
    public var reader: Int32
  }

  /// The checks, in the order they ran.
  public var checks: [Check] = []
  /// The tokens that lose most.
  public var mismatches: [Mismatch] = []
  /// How many steps were looked at.
  public var steps = 0
  /// The delta model's probability that does not reach a user token with the same text or one in a prefix relation.
  public var lostMass = 0.0
  /// The user model's probability on tokens without a target.
  public var unmatchedMass = 0.0
  /// How many of the chosen tokens were of each kind.
  public var kinds: [MatchKind: Int] = [:]

  /// The worst outcome.
  public var outcome: Outcome {
    if checks.contains(where: { $0.outcome == .failed }) { return .failed }
    return checks.contains { $0.outcome == .warning } ? .warning : .passed
  }

  mutating func add(_ name: String, _ outcome: Outcome, _ detail: String) {
    checks.append(Check(name: name, outcome: outcome, detail: detail))
  }
}

/// From where on a figure warns or fails.
public struct VerificationThresholds: Sendable {
  /// Shares of probability lost in the map or on unmatched tokens: above the first it warns, above the second it fails.
  public var massWarning = 0.01
  /// See ``massWarning``.
  public var massFailure = 0.10

  /// 1 % and 10 %.
  public init() {}
}
