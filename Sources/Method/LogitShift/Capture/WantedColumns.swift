internal import CMCPrimitives

/// The columns that a second run keeps so that it can be compared with the first through a map, and through shuffled ones.
package struct WantedColumns: Sendable {
  private let mapping: ColumnMapping
  private let shuffled: [ColumnMapping]
  private let kept: Int
  /// How many of the first run's best columns the shuffled maps are followed for.
  private let baseline: Int

  /// Shuffles the map for every seed, freely and within strata, before the first step.
  ///
  /// - Parameters:
  ///   - mapping: From the first vocabulary to the second.
  ///   - seeds: Of the shuffled maps.
  ///   - strata: Of the first run's tokens; nil leaves out the maps that are shuffled within them.
  ///   - kept: How many of the best columns of each ranking a first run that kept all is followed for.
  ///   - baseline: The same for the shuffled maps.
  package init(
    _ mapping: ColumnMapping, seeds: [UInt64], strata: BaseStrata? = nil, kept: Int, baseline: Int = 100
  ) {
    self.mapping = mapping
    self.kept = kept
    self.baseline = baseline
    guard mapping.isMapped else {
      shuffled = []
      return
    }
    shuffled =
      seeds.map { mapping.shuffled(seed: $0) }
      + (strata.map { strata in seeds.map { mapping.shuffled(seed: $0, strata: strata) } } ?? [])
  }

  /// The columns for a step of the first run.
  ///
  /// - Complexity: O(kept columns · maps).
  package func columns(for step: CapturedStep) -> [Int32] {
    func best(_ count: Int) -> [Int32] {
      RankingRule.allCases.flatMap { step.best(count, by: $0).map(step.column(at:)) }
    }
    var result = mapping.needed(for: step.columns ?? best(kept))
    if !shuffled.isEmpty {
      // Forty maps would ask for most of the vocabulary: the baseline follows the columns that comparing takes by default.
      let few = Array(Set(best(baseline)))
      for mapping in shuffled { result += mapping.needed(for: few) }
    }
    return result
  }
}
