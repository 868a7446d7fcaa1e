#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The two-sample test of Kolmogorov and Smirnov, two-sided.
public enum KolmogorovSmirnov {
  /// The largest difference of the two distribution functions, and how likely one as large is by chance.
  public struct Result: Sendable, Equatable {
    /// The statistic D.
    public let statistic: Double
    /// The probability of a D at least as large for samples of one distribution.
    public let pValue: Double
  }

  /// Above this many pairs the probability is the limit's for large samples.
  static let exactLimit = 25_000_000

  /// Compares two samples; nil where one is empty.
  ///
  /// - Complexity: O(n · m) up to 25 million pairs, else O(n log n).
  public static func test(_ a: [Double], _ b: [Double]) -> Result? {
    guard !a.isEmpty, !b.isEmpty else { return nil }
    let (x, y) = (a.sorted(), b.sorted())
    let (n, m) = (x.count, y.count)
    var (i, j, most) = (0, 0, 0)
    while i < n, j < m {
      let value = min(x[i], y[j])
      while i < n, x[i] <= value { i += 1 }
      while j < m, y[j] <= value { j += 1 }
      most = max(most, abs(i * m - j * n))
    }
    let statistic = Double(most) / Double(n) / Double(m)
    let p = n * m <= exactLimit ? exact(n, m, most) : limit(n, m, statistic)
    return Result(statistic: statistic, pValue: min(1, max(0, p)))
  }

  /// The share of the orders of n and m values whose D is at least `most` / (n · m).
  ///
  /// An order is a path over a lattice; the probability that a random one has reached the difference is carried from
  /// point to point, each path to (i, j) having come from the left with probability i / (i + j). Carried is that of
  /// having left, not of having stayed: forget qualities are small, and 1 less a number near 1 has no digits.
  private static func exact(_ n: Int, _ m: Int, _ most: Int) -> Double {
    guard most > 0 else { return 1 }
    // left[j]: of the paths to (i, j), the share that has been outside.
    var left = [Double](repeating: 0, count: m + 1)
    for i in 0...n {
      for j in 0...m {
        if abs(i * m - j * n) >= most {
          left[j] = 1
        } else if i == 0, j == 0 {
          left[j] = 0
        } else {
          let fromLeft = i > 0 ? left[j] * Double(i) : 0
          let fromBelow = j > 0 ? left[j - 1] * Double(j) : 0
          left[j] = (fromLeft + fromBelow) / Double(i + j)
        }
      }
    }
    return left[m]
  }

  /// Kolmogorov's limit: 2 Σ (−1)^(k−1) exp(−2 k² λ²).
  static func limit(_ n: Int, _ m: Int, _ statistic: Double) -> Double {
    let lambda = (Double(n) * Double(m) / Double(n + m)).squareRoot() * statistic
    guard lambda > 0.2 else { return 1 }
    var sum = 0.0
    for k in 1...100 {
      let term = exp(-2 * Double(k * k) * lambda * lambda)
      sum += k % 2 == 1 ? term : -term
      if term < 1e-16 { break }
    }
    return 2 * sum
  }
}
