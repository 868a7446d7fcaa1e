internal import CMCPrimitives

/// The metrics of a set of items, with intervals.
public struct EvaluationSummary: Sendable, Equatable {
  /// A metric and its value.
  public struct Metric: Sendable, Equatable {
    /// The name, as in files.
    public var name: String
    /// The value and its interval.
    public var estimate: Estimate
  }

  /// All that could be computed.
  public var metrics: [Metric]
  /// TOFU's forget quality: the test of the truth ratios against a reference's, where there is one.
  public var forgetQuality: KolmogorovSmirnov.Result?
  /// How wrong answers were one in that test's truth ratios.
  public var forgetMean: WrongAnswersMean

  /// Summarises items.
  ///
  /// - Parameters:
  ///   - items: What was measured.
  ///   - reference: What was measured of a model that never knew what should be forgotten.
  ///   - forgetMean: How wrong answers are one in the truth ratios of forget quality.
  ///   - resampling: How intervals are drawn.
  public init(
    _ items: [EvaluationItem], reference: [EvaluationItem]? = nil, forgetMean: WrongAnswersMean = .geometric,
    resampling: Resampling
  ) {
    self.init(
      items, referenceRatios: reference?.compactMap { $0.truthRatio(forgetMean) }, forgetMean: forgetMean,
      resampling: resampling)
  }

  /// Summarises items, with the truth ratios of a reference in place of all of it.
  ///
  /// - Parameters:
  ///   - items: What was measured.
  ///   - referenceRatios: The truth ratios, by the same mean, of a model that never knew what should be forgotten.
  ///   - forgetMean: How wrong answers are one in the truth ratios of forget quality.
  ///   - resampling: How intervals are drawn.
  package init(
    _ items: [EvaluationItem], referenceRatios: [Double]?, forgetMean: WrongAnswersMean,
    resampling: Resampling
  ) {
    metrics = []
    self.forgetMean = forgetMean
    let scored = items.filter { $0.score.tokens > 0 }
    let tokens = scored.map { Double($0.score.tokens) }
    if let estimate = resampling.ratio(scored.map { -$0.score.logProbability }, tokens, through: exponential)
    {
      metrics.append(Metric(name: "perplexity", estimate: estimate))
    }
    let ended = scored.compactMap { item in item.score.endLogProbability.map { (item.score, $0) } }
    if let estimate = resampling.ratio(
      ended.map { -$0.0.logProbability - $0.1 }, ended.map { Double($0.0.tokens + 1) }, through: exponential)
    {
      metrics.append(Metric(name: "perplexity_with_end", estimate: estimate))
    }
    if let estimate = resampling.ratio(scored.map { Double($0.score.correct) }, tokens) {
      metrics.append(Metric(name: "accuracy", estimate: estimate))
    }
    for name in EvaluationItem.metrics {
      let values = items.compactMap { $0.metric(name) }
      // Of a share that is none or all a bootstrap says nothing: every resample is the same.
      let estimate =
        name == "exact_match" ? Estimate.share(values.map { $0 == 1 }) : resampling.mean(values)
      if let estimate {
        metrics.append(Metric(name: name, estimate: estimate))
      }
    }
    if let referenceRatios {
      forgetQuality = KolmogorovSmirnov.test(
        items.compactMap { $0.truthRatio(forgetMean) }, referenceRatios)
    }
  }
}
