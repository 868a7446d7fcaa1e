internal import Primitives

/// Percentile bootstrap intervals of means.
struct Bootstrap {
  let resamples: Int
  let level: Double
  let seed: UInt64

  /// The interval of the mean of values; nil for fewer than two.
  ///
  /// The same seed draws the same prompts for every measure of as many prompts.
  ///
  /// - Complexity: O(resamples · values).
  func interval(_ values: [Double]) -> ConfidenceInterval? {
    guard values.count >= 2 else { return nil }
    var random = SeededGenerator(seed: seed)
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for _ in 0..<resamples {
      var sum = 0.0
      for _ in values.indices { sum += values[random.below(values.count)] }
      means.append(sum / Double(values.count))
    }
    means.sort()
    let tail = (1 - level) / 2
    return ConfidenceInterval(low: quantile(means, tail), high: quantile(means, 1 - tail))
  }
}

/// A quantile of ascending values, with straight lines between them.
func quantile(_ ascending: [Double], _ share: Double) -> Double {
  let place = share * Double(ascending.count - 1)
  let below = max(0, min(ascending.count - 1, Int(place.rounded(.down))))
  let above = min(ascending.count - 1, below + 1)
  return ascending[below] + (ascending[above] - ascending[below]) * (place - Double(below))
}

/// The mean of values, or nil of none.
func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
}
