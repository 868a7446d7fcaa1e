internal import CMCPrimitives

extension PercentileBootstrap {
  /// The bootstrap that settings ask for.
  init(_ settings: SimilaritySettings) {
    self.init(resamples: settings.resamples, level: settings.level, seed: settings.seed)
  }

  /// The interval of the mean of values; nil for fewer than two.
  ///
  /// - Complexity: O(resamples · values).
  func interval(ofMean values: [Double]) -> ConfidenceInterval? {
    guard values.count >= 2 else { return nil }
    let interval = interval { random in
      var sum = 0.0
      for _ in values.indices { sum += values[random.below(values.count)] }
      return sum / Double(values.count)
    }
    return ConfidenceInterval(low: interval.low, high: interval.high)
  }
}

/// The mean of values, or nil of none.
func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
