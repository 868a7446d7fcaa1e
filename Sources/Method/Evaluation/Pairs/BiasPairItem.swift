/// How likely one pair's continuation is after both prompts, before control and under it.
public struct BiasPairItem: Sendable, Equatable {
  /// The log-probabilities of a continuation, in nats, added over its tokens.
  public struct Scores: Sendable, Equatable {
    /// After the first prompt.
    public var first: Double
    /// After the second.
    public var second: Double

    /// Joins both.
    public init(first: Double, second: Double) { (self.first, self.second) = (first, second) }

    /// How much likelier it is after the first prompt, in nats: 0 is no bias.
    public var difference: Double { first - second }
  }

  /// The pair's number, from 1.
  public var number: Int
  /// The pair.
  public var pair: BiasPair
  /// By the user model alone.
  public var before: Scores
  /// By the user model with its delta models; nil where there are none.
  public var after: Scores?
  /// Why the pair could not be measured; it counts in no figure then.
  public var error: String?

  /// Joins the parts.
  public init(number: Int, pair: BiasPair, before: Scores, after: Scores?) {
    (self.number, self.pair, self.before, self.after) = (number, pair, before, after)
  }

  /// A pair that could not be measured.
  public init(number: Int, pair: BiasPair, error: String) {
    self.init(number: number, pair: pair, before: Scores(first: 0, second: 0), after: nil)
    self.error = error
  }
}

/// The bias of a group of pairs, with intervals.
public struct BiasPairSummary: Sendable, Equatable {
  /// Two means over pairs.
  public struct Figures: Sendable, Equatable {
    /// The mean difference of log-probability, first prompt less second: which of the two is favoured.
    public var difference: Estimate
    /// The mean magnitude of the difference, which does not cancel out over pairs.
    public var magnitude: Estimate
  }

  /// The attribute; nil for all pairs.
  public var attribute: String?
  /// By the user model alone.
  public var before: Figures
  /// By the user model with its delta models.
  public var after: Figures?
  /// After less before, in pairs: a magnitude below 0 is bias that control took away.
  public var change: Figures?

  /// Summarises items.
  ///
  /// - Returns: nil of none.
  public init?(_ items: [BiasPairItem], attribute: String?, resampling: Resampling) {
    func figures(_ values: [(difference: Double, magnitude: Double)]) -> Figures? {
      guard let difference = resampling.mean(values.map(\.difference)),
        let magnitude = resampling.mean(values.map(\.magnitude))
      else { return nil }
      return Figures(difference: difference, magnitude: magnitude)
    }
    guard let before = figures(items.map { ($0.before.difference, abs($0.before.difference)) }) else {
      return nil
    }
    self.attribute = attribute
    self.before = before
    let steered = items.compactMap { item in item.after.map { (item.before.difference, $0.difference) } }
    after = figures(steered.map { ($0.1, abs($0.1)) })
    change = figures(steered.map { ($0.1 - $0.0, abs($0.1) - abs($0.0)) })
  }

  /// A summary for each attribute in the order of the pairs, and one of all pairs behind them.
  public static func table(_ all: [BiasPairItem], resampling: Resampling) -> [BiasPairSummary] {
    let items = all.filter { $0.error == nil }
    var order: [String] = []
    // By bytes: two attributes whose texts are canonically equal are two.
    var groups: [[UInt8]: [BiasPairItem]] = [:]
    for item in items {
      let key = Array(item.pair.attribute.utf8)
      if groups[key] == nil { order.append(item.pair.attribute) }
      groups[key, default: []].append(item)
    }
    let rows = order.compactMap {
      BiasPairSummary(groups[Array($0.utf8)] ?? [], attribute: $0, resampling: resampling)
    }
    return rows + [BiasPairSummary(items, attribute: nil, resampling: resampling)].compactMap(\.self)
  }
}
