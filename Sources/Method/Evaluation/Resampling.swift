internal import CMCPrimitives

/// A value and the interval that a percentile bootstrap gives it.
public struct Estimate: Sendable, Equatable, Codable {
  /// The value of the whole sample.
  public var value: Double
  /// The lower end of the 95 % interval.
  public var low: Double
  /// The upper end.
  public var high: Double
  /// The items it is made of.
  public var count: Int

  /// The share of items that hold, with Wilson's interval: unlike a bootstrap's it is not a point where all or none do.
  ///
  /// - Returns: nil of none.
  public static func share(_ items: [Bool]) -> Estimate? {
    guard !items.isEmpty else { return nil }
    let (n, z) = (Double(items.count), 1.959963984540054)
    let p = Double(items.count { $0 }) / n
    let scale = 1 + z * z / n
    let middle = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(value: p, low: max(0, middle - half), high: min(1, middle + half), count: items.count)
  }
}

/// Percentile bootstrap of means and ratios: items drawn with replacement, 10 000 times.
///
/// The same seed and number of items draw the same items, so intervals of two metrics belong to the same resamples.
public struct Resampling: Sendable {
  private let bootstrap: PercentileBootstrap

  /// A bootstrap of a seed.
  public init(seed: UInt64) { bootstrap = PercentileBootstrap(seed: seed) }

  /// The mean of values; nil of none.
  public func mean(_ values: [Double]) -> Estimate? {
    ratio(values, values.map { _ in 1 })
  }

  /// Σ a / Σ b over the items, through a function; nil of none.
  ///
  /// - Complexity: O(resamples · items).
  public func ratio(
    _ a: [Double], _ b: [Double], through function: (Double) -> Double = { $0 }
  ) -> Estimate? {
    guard !a.isEmpty else { return nil }
    let interval = bootstrap.interval { random in
      var (top, bottom) = (0.0, 0.0)
      for _ in a.indices {
        let item = random.below(a.count)
        top += a[item]
        bottom += b[item]
      }
      return function(bottom == 0 ? 0 : top / bottom)
    }
    let value = function(a.reduce(0, +) / b.reduce(0, +))
    return Estimate(value: value, low: interval.low, high: interval.high, count: a.count)
  }
}
