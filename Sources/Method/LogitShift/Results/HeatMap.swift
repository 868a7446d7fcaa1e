/// The paper's figure 2 for one prompt: the shifts of two models over the first steps.
///
/// Rows are steps, columns the kept columns of the step. In the upper panel each row is sorted descending; the lower
/// panel's rows are in the same order, so that equal places mean the same token.
public struct HeatMap: Codable, Sendable, Equatable {
  /// The row of ``SimilarityResult/prompts``.
  public var prompt: Int
  /// The rule by which the columns were kept.
  public var rule: RankingRule
  /// The steps' numbers in the response.
  public var steps: [Int]
  /// The first model's shifts in natural-log units: a row a step, each sorted descending.
  public var upper: [[Float]]
  /// The second model's shifts in the same order; 0 for a token without a target.
  public var lower: [[Float]]
  /// The tokens of the columns: a row a step, each an index into ``texts``.
  public var tokens: [[Int]]
  /// The tokens' ids in the first vocabulary, without repetition.
  public var ids: [Int32]
  /// Their texts in visible form; `#id` where the run knows no texts.
  public var texts: [String]
  /// What the response's own token was at each step, in visible form.
  public var stepTexts: [String]
  /// The largest absolute shift of both panels: the end of the shared scale.
  public var limit: Float

  /// Puts a figure's data together.
  public init(
    prompt: Int, rule: RankingRule, steps: [Int], upper: [[Float]], lower: [[Float]], tokens: [[Int]],
    ids: [Int32], texts: [String], stepTexts: [String], limit: Float
  ) {
    self.prompt = prompt
    self.rule = rule
    self.steps = steps
    self.upper = upper
    self.lower = lower
    self.tokens = tokens
    self.ids = ids
    self.texts = texts
    self.stepTexts = stepTexts
    self.limit = limit
  }
}
