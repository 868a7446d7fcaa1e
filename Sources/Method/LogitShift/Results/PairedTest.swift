internal import CMCPrimitives

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

  /// Which sign vectors p was counted over, in words; the observed one is among all of them.
  package var vectors: String {
    isExact
      ? "all \(NumberText.grouped(draws &+ 1)) sign vectors"
      : "\(NumberText.grouped(draws)) drawn sign vectors" + (seed.map { ", seed \($0)" } ?? "")
  }

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
