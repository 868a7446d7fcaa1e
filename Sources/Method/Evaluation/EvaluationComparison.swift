/// Two evaluations of the same records, item by item.
package struct EvaluationComparison: Sendable, Equatable {
  /// A group of items and its mean difference.
  package struct Group: Sendable, Equatable {
    /// What the items have in common.
    package var name: String
    /// The second's metric less the first's.
    package var difference: Estimate
  }

  /// The metric.
  package var metric: String
  /// Items in which the second is better.
  package var wins = 0
  /// Items in which it is worse.
  package var losses = 0
  /// Items in which both are the same.
  package var ties = 0
  /// The mean of the second's metric less the first's, items drawn in pairs.
  package var difference: Estimate
  /// The same by share of unmatched tokens, by how often text was encoded anew, and by length.
  package var groups: [Group]
  /// The numbers of the items in which the second is worst against the first, the worst first.
  package var worst: [Int]

  /// Compares items by their numbers; higher is better but for the truth ratio.
  ///
  /// - Returns: nil where no item has the metric in both.
  package init?(
    _ a: [EvaluationItem], _ b: [EvaluationItem], metric: String, resampling: Resampling, worstCount: Int = 20
  ) {
    let first = Dictionary(a.map { ($0.number, $0) }) { one, _ in one }
    let pairs = b.compactMap { item -> (item: EvaluationItem, difference: Double)? in
      guard let other = first[item.number]?.metric(metric), let own = item.metric(metric) else { return nil }
      return (item, own - other)
    }
    guard let difference = resampling.mean(pairs.map(\.difference)) else { return nil }
    self.metric = metric
    self.difference = difference
    let sign = metric == "truth_ratio" ? -1.0 : 1.0
    for pair in pairs {
      let gain = pair.difference * sign
      if gain > 0 { wins += 1 } else if gain < 0 { losses += 1 } else { ties += 1 }
    }
    var groups: [Group] = []
    func add(_ name: String, _ holds: (AnswerScore) -> Bool) {
      let some = pairs.filter { holds($0.item.score) }.map(\.difference)
      if let difference = resampling.mean(some) { groups.append(Group(name: name, difference: difference)) }
    }
    func share(_ score: AnswerScore) -> Double { Double(score.unmatched) / Double(max(1, score.tokens)) }
    add("no token unmatched") { $0.unmatched == 0 }
    add("up to 5 % unmatched") { $0.unmatched > 0 && share($0) <= 0.05 }
    add("more than 5 % unmatched") { share($0) > 0.05 }
    add("never encoded anew") { $0.reencodes == 0 }
    add("encoded anew 1 to 3 times") { (1...3).contains($0.reencodes) }
    add("encoded anew more often") { $0.reencodes > 3 }
    add("up to 16 tokens") { $0.tokens <= 16 }
    add("17 to 64 tokens") { (17...64).contains($0.tokens) }
    add("more than 64 tokens") { $0.tokens > 64 }
    self.groups = groups
    worst = pairs.filter { $0.difference * sign < 0 }
      .sorted { ($0.difference * sign, $0.item.number) < ($1.difference * sign, $1.item.number) }
      .prefix(worstCount).map(\.item.number)
  }
}
