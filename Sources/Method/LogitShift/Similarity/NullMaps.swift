/// Maps that know nothing: the map's targets, permuted in both ways.
struct NullMaps {
  /// The maps of each permutation, one a seed.
  let maps: [MapPermutation: [ColumnMapping]]
  /// The seed of each.
  let seeds: [UInt64]

  /// Permutes a map; none where both runs have one vocabulary, or where none are asked for.
  ///
  /// - Throws: What reading the first run throws.
  init?(_ pair: RunPair, _ settings: SimilaritySettings, threads: Int) throws {
    guard pair.mapping.isMapped, settings.shuffles > 0 else { return nil }
    let seeds = (0..<settings.shuffles).map { settings.seed &+ UInt64($0) }
    let strata = try BaseStrata(pair.first, mapping: pair.mapping, threads: threads)
    self.seeds = seeds
    maps = [
      .free: seeds.map { pair.mapping.shuffled(seed: $0) },
      .stratified: seeds.map { pair.mapping.shuffled(seed: $0, strata: strata) },
    ]
  }
}

/// What the maps of each permutation give for one prompt.
struct PromptNulls: Sendable {
  /// The values through each map that could be followed.
  var values: [MapPermutation: [MeasureValues]] = [:]
  /// Why the maps of a permutation could not be followed: columns were not kept.
  var failures: [MapPermutation: LogitShiftError] = [:]
}

extension ShuffledMapNull {
  /// Puts together what the maps of one permutation give over all prompts.
  ///
  /// - Parameters:
  ///   - observed: The values through the map, by prompt.
  ///   - nulls: Those through the permuted maps, by prompt.
  /// - Returns: Nil where the measure is not defined for any prompt.
  init?(
    _ measure: SimilarityMeasure, _ permutation: MapPermutation, observed: [MeasureValues],
    nulls: [[MeasureValues]], seeds: [UInt64], settings: SimilaritySettings
  ) {
    // A prompt counts where the measure is defined through the map and through every permuted one.
    var rows: [(own: Double, others: [Double])] = []
    for (own, others) in zip(observed, nulls) {
      guard let value = own[measure] else { continue }
      let defined = others.compactMap { $0[measure] }
      if defined.count == seeds.count { rows.append((value, defined)) }
    }
    guard !rows.isEmpty, !seeds.isEmpty else { return nil }
    func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let test = PairedTest(
      measure: measure, same: rows.map(\.own), cross: rows.map { average($0.others) }, settings: settings,
      groups: "through the map against \(seeds.count) maps with \(permutation.title)")
    self.init(
      measure: measure, permutation: permutation, observed: test.sameMean,
      values: seeds.indices.map { seed in average(rows.map { $0.others[seed] }) }, seeds: seeds, test: test)
  }
}
