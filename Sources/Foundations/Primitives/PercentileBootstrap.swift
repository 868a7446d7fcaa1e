/// Percentile bootstrap: a statistic of many resamples, and the quantiles between which most of them lie.
package struct PercentileBootstrap: Sendable {
  /// How many resamples.
  package var resamples: Int
  /// The level of the interval, such as 0.95.
  package var level: Double
  /// Decides what is drawn: the same seed and as many items draw the same items for every statistic.
  package var seed: UInt64

  /// A bootstrap.
  package init(resamples: Int = 10_000, level: Double = 0.95, seed: UInt64) {
    (self.resamples, self.level, self.seed) = (resamples, level, seed)
  }

  /// The interval of a statistic.
  ///
  /// - Parameter statistic: Draws one resample, as many items with replacement as there are, and gives its statistic.
  /// - Complexity: As many calls as resamples, and a sort.
  package func interval(_ statistic: (inout SeededGenerator) -> Double) -> (low: Double, high: Double) {
    var random = SeededGenerator(seed: seed)
    var found: [Double] = []
    found.reserveCapacity(resamples)
    for _ in 0..<resamples { found.append(statistic(&random)) }
    found.sort()
    let tail = (1 - level) / 2
    return (Self.quantile(found, tail), Self.quantile(found, 1 - tail))
  }

  /// A quantile of ascending values, at least one, with straight lines between them.
  package static func quantile(_ ascending: [Double], _ share: Double) -> Double {
    let place = share * Double(ascending.count - 1)
    let below = max(0, min(ascending.count - 1, Int(saturating: place.rounded(.down))))
    let above = min(ascending.count - 1, below + 1)
    // Beside an infinite value the line between two is none.
    if ascending[below] == ascending[above] || place == Double(below) { return ascending[below] }
    return ascending[below] + (ascending[above] - ascending[below]) * (place - Double(below))
  }
}
