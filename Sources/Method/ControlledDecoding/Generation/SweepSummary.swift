import CMCPrimitives

/// A sweep over α as its file has it: what the sweep page shows.
public struct SweepSummary: Sendable, Codable, Equatable {
  /// One factor and what came of it.
  public struct Point: Sendable, Codable, Equatable {
    /// The factor.
    public var alpha: Double
    /// How many tokens were generated.
    public var tokens: Int
    /// The share of steps where the delta model changed the choice.
    public var changedShare: Double
    /// The share of tokens without a target.
    public var unmatchedShare: Double
    /// The mean log-probability under the user model alone.
    public var meanUserLogProbability: Double
    /// Why the text ended.
    public var stop: String
    /// The text.
    public var text: String
    /// Its tokens.
    public var ids: [Int32] = []

    /// Notes a point.
    public init(
      alpha: Double, tokens: Int, changedShare: Double, unmatchedShare: Double,
      meanUserLogProbability: Double,
      stop: String, text: String
    ) {
      (self.alpha, self.tokens, self.changedShare) = (alpha, tokens, changedShare)
      (self.unmatchedShare, self.meanUserLogProbability) = (unmatchedShare, meanUserLogProbability)
      (self.stop, self.text) = (stop, text)
    }
  }

  /// The program that wrote it.
  public var tool: String
  /// The user model.
  public var user: String
  /// The delta models.
  public var deltas: [String]
  /// How scores are combined.
  public var mode: String
  /// The prompt.
  public var prompt: String
  /// The factors in the order they were tried.
  public var points: [Point]
  /// The digest of all that decided the texts; nil where nobody asked for it.
  package var run: String?

  /// Notes a sweep.
  public init(tool: String, user: String, deltas: [String], mode: String, prompt: String, points: [Point]) {
    (self.tool, self.user, self.deltas) = (tool, user, deltas)
    (self.mode, self.prompt, self.points) = (mode, prompt, points)
  }
}

extension SweepSummary.Point {
  /// What a generation at a factor came to.
  public init(alpha: Float, _ result: GenerationResult) {
    let count = Double(max(1, result.steps.count))
    self.init(
      alpha: alpha.shortestDecimal, tokens: result.steps.count,
      changedShare: Double(result.steps.count(where: \.isChanged)) / count,
      unmatchedShare: Double(result.steps.count { $0.match == .unmatched }) / count,
      meanUserLogProbability: result.steps.reduce(0) { $0 + Double($1.userLogProbability) } / count,
      stop: result.stop.name, text: String(decoding: result.text, as: UTF8.self))
    ids = result.ids
  }
}
