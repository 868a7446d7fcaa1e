/// What a comparison of runs was asked to do.
public struct SimilaritySettings: Codable, Sendable, Equatable {
  /// How many columns a step keeps.
  public var top = 100
  /// The exponent of the transport cost, 1 or 2.
  public var exponent = 2
  /// The blur; the final ε is its power.
  public var blur = 0.01
  /// The annealing: `geomloss` or `converged`.
  public var schedule = "geomloss"
  /// Whether entropic bias is taken off.
  public var debias = true
  /// How many bootstrap resamples an interval has.
  public var resamples = 10_000
  /// The level of intervals.
  public var level = 0.95
  /// How many sign vectors a test draws where there are too many to try all.
  public var draws = 100_000
  /// How many shuffled maps the baseline has.
  public var shuffles = 20
  /// Where the random numbers begin; bootstrap, test and shuffles derive theirs from it and state them.
  public var seed: UInt64 = 1
  /// How many prompts have their heat map in the result.
  public var heatMaps = 50
  /// How many steps a heat map shows.
  public var heatMapSteps = 50
  /// Whether columns and steps are paired as the reference scripts do, off by one across vocabularies.
  public var isReferenceCompatible = false

  /// The paper's settings.
  public init() {}
}
