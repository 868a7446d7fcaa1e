/// The sign-flip test of same-task against cross-task distances, which share their prompts.
///
/// The alternative is that same-task distances are smaller, so it has one side; p = (k + 1) / (n + 1) with k of n sign
/// vectors at least as extreme, the observed one left out.
public struct PairedTest: Codable, Sendable, Equatable {
  /// The measure that was tested.
  public var measure: SimilarityMeasure
  /// The mean over prompts of the same-task distances.
  public var sameMean: Double
  /// The mean over prompts of the cross-task distances.
  public var crossMean: Double
  /// Same-task minus cross-task distance of each prompt.
  public var differences: [Double]
  /// The mean difference.
  public var meanDifference: Double
  /// Its bootstrap interval, or nil for fewer than two prompts.
  public var interval: ConfidenceInterval?
  /// The probability of a mean difference as small where signs are a matter of chance.
  public var p: Double
  /// Whether all sign vectors were tried.
  public var isExact: Bool
  /// How many were tried, the observed one left out.
  public var draws: Int
  /// The seed of those that were drawn, or nil where all were tried.
  public var seed: UInt64?
  /// The smallest p that so many prompts can give.
  public var smallestPossible: Double
  /// Which pairs of runs were counted as same and as cross, in words.
  public var groups: String

  /// Puts a test's outcome together.
  public init(
    measure: SimilarityMeasure, sameMean: Double, crossMean: Double, differences: [Double],
    meanDifference: Double, interval: ConfidenceInterval?, p: Double, isExact: Bool, draws: Int,
    seed: UInt64?, smallestPossible: Double, groups: String
  ) {
    self.measure = measure
    self.sameMean = sameMean
    self.crossMean = crossMean
    self.differences = differences
    self.meanDifference = meanDifference
    self.interval = interval
    self.p = p
    self.isExact = isExact
    self.draws = draws
    self.seed = seed
    self.smallestPossible = smallestPossible
    self.groups = groups
  }
}

/// The distance through maps whose target ids were shuffled among entries of equal method.
public struct ShuffledMapNull: Codable, Sendable, Equatable {
  /// Which of the measures the distances are of.
  public var measure: SimilarityMeasure
  /// The distance through the map itself.
  public var observed: Double
  /// The distance through each shuffled map.
  public var values: [Double]
  /// The seed of each.
  public var seeds: [UInt64]
  /// The mean of the values.
  public var mean: Double
  /// The least of them.
  public var least: Double
  /// The largest of them.
  public var largest: Double
  /// How many of the shuffled maps give a distance as small as the map's.
  public var asSmall: Int

  /// Summarises values, of which there is at least one.
  public init(measure: SimilarityMeasure, observed: Double, values: [Double], seeds: [UInt64]) {
    self.measure = measure
    self.observed = observed
    self.values = values
    self.seeds = seeds
    mean = values.reduce(0, +) / Double(max(1, values.count))
    least = values.min() ?? observed
    largest = values.max() ?? observed
    asSmall = values.count { $0 <= observed }
  }
}
