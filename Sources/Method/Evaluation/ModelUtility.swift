/// TOFU's model utility: what an unlearnt model still can, as one figure of three sets of questions.
///
/// The harmonic mean of nine means over items. Of the retain set, the real authors and the world facts each: the
/// probability of the right answer (of the two sets of questions with choices its share among them), ROUGE-L recall, and
/// max(0, 1 − R), R the arithmetic truth ratio. One part that is 0 makes it 0.
public struct ModelUtility: Sendable, Equatable {
  /// A part and its mean over the items that have it.
  public struct Part: Sendable, Equatable {
    /// The set: `retain`, `real_authors` or `world_facts`.
    public var set: String
    /// The metric's name.
    public var metric: String
    /// The mean.
    public var value: Double
  }

  /// A set whose evaluation lacks a metric.
  public struct Lack: Error, Equatable {
    /// Which of the three sets.
    public var set: Int
    /// The metric that none of its items has.
    public var metric: String
  }

  /// The nine parts.
  public let parts: [Part]

  /// Which metric is the probability of each set, in their order.
  private static let sets = [
    ("retain", "probability"), ("real_authors", "choice_probability"), ("world_facts", "choice_probability"),
  ]

  /// Takes the evaluations of the three sets.
  ///
  /// - Throws: ``Lack`` where a set has no item with one of the metrics.
  public init(
    retain: [EvaluationItem], realAuthors: [EvaluationItem], worldFacts: [EvaluationItem]
  ) throws(Lack) {
    var parts: [Part] = []
    for (index, items) in [retain, realAuthors, worldFacts].enumerated() {
      for metric in [Self.sets[index].1, "rouge_l", "truth"] {
        let values = items.compactMap { $0.metric(metric) }
        guard !values.isEmpty else { throw Lack(set: index, metric: metric) }
        parts.append(
          Part(
            set: Self.sets[index].0, metric: metric, value: values.reduce(0, +) / Double(values.count)))
      }
    }
    self.parts = parts
  }

  /// The harmonic mean of the parts.
  public var value: Double {
    if parts.contains(where: { $0.value <= 0 }) { return 0 }
    return Double(parts.count) / parts.reduce(0) { $0 + 1 / $1.value }
  }
}
