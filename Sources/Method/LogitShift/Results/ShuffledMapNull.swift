/// How the targets of a map are permuted to make one that knows nothing.
public enum MapPermutation: String, Codable, Sendable, CaseIterable {
  /// Among all entries of equal method.
  case free
  /// Among the entries of equal method whose source tokens are in one of 20 strata of the first base model's probability.
  ///
  /// A frequent token takes the target of a frequent one: what tuning does to all frequent tokens is no merit of the map.
  case stratified

  /// What was permuted, in words.
  public var title: String {
    switch self {
    case .free: "targets permuted"
    case .stratified: "permuted within strata"
    }
  }
}

/// A distance through maps whose target ids were permuted, beside that through the map itself.
public struct ShuffledMapNull: Codable, Sendable, Equatable {
  /// Which of the measures the distances are of.
  public var measure: SimilarityMeasure
  /// How targets were permuted; nil in results of versions that knew one way only, the free one.
  public var permutation: MapPermutation?
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
  /// Whether the map carries information: each prompt's distance through it against the mean of its shuffled ones.
  ///
  /// Sign flips, one side; the two means are those of the test's `sameMean` and `crossMean`. Nil in results of versions
  /// that did not test it.
  public var test: PairedTest?

  /// Summarises values, of which there is at least one.
  public init(
    measure: SimilarityMeasure, permutation: MapPermutation? = nil, observed: Double, values: [Double],
    seeds: [UInt64], test: PairedTest? = nil
  ) {
    self.measure = measure
    self.permutation = permutation
    self.observed = observed
    self.values = values
    self.seeds = seeds
    self.test = test
    mean = values.reduce(0, +) / Double(max(1, values.count))
    least = values.min() ?? observed
    largest = values.max() ?? observed
    asSmall = values.count { $0 <= observed }
  }
}
