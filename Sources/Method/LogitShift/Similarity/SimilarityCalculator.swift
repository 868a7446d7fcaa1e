internal import CMCAlignment
package import CMCPrimitives

/// Compares runs.
package struct SimilarityCalculator: Sendable {
  /// What to compute.
  package let settings: SimilaritySettings
  /// How many prompts run side by side; results do not depend on it.
  package let threads: Int
  /// Hears how far it is.
  package let progress: any ProgressObserver
  /// What results say they were computed by.
  package let tool: String

  /// A calculator; settings are checked here, once for all comparisons.
  ///
  /// - Throws: ``LogitShiftError/badSetting(_:)``.
  package init(
    _ settings: SimilaritySettings, tool: String, threads: Int = defaultThreadCount,
    progress: any ProgressObserver = NoProgress()
  ) throws(LogitShiftError) {
    try settings.validate()
    self.settings = settings
    self.tool = tool
    self.threads = threads
    self.progress = progress
  }

  /// One prompt by one rule.
  struct PromptOutcome: Sendable {
    var row: PromptSimilarity
    var summary: PromptSummary
    var columns: Int
    var unmatchedShare: Double
    var areZero: (first: Bool, second: Bool)
    /// Whether nothing is left of a model's shifts when each step's mean is taken off.
    var areConstant: (first: Bool, second: Bool)
    /// Squared shifts of the first model and of the second, and how much of them is the steps' means.
    var squares: (first: Double, second: Double)
    var meanSquares: (first: Double, second: Double)
    var nulls: PromptNulls
    var heatMap: HeatMap?
  }

  /// Compares a pair of runs by the rules asked for.
  ///
  /// - Parameters:
  ///   - pair: The runs.
  ///   - cross: The first run with one of another task, for the test.
  ///   - rules: The ranking rules; the pair's own comes first, whether it is among them or not. A rule that a run has not
  ///     kept enough columns for is left out with a note, the default rule fails.
  /// - Throws: ``LogitShiftError``, `FileError`.
  package func compare(
    _ pair: RunPair, cross: RunPair? = nil, rules: [RankingRule] = RankingRule.allCases
  ) throws -> SimilarityResult {
    var notes = pair.notes + (cross?.notes ?? [])
    // A rule that was asked for alone stands alone; else the paper's rule comes first, and with it prompts and heat maps.
    let first = rules.count == 1 ? rules[0] : pair.defaultRule
    let ordered = [first] + rules.filter { $0 != first }
    var rankings: [RankedSimilarity] = []
    var prompts: [PromptSummary] = []
    var heatMaps: [HeatMap] = []
    let nullMaps = try NullMaps(pair, settings, threads: threads)
    let captured = try capturedPrompts([pair.first, pair.second] + (cross.map { [$0.second] } ?? []), &notes)
    for rule in ordered {
      let isFirst = rule == first
      do {
        let outcomes = try outcomes(
          pair, rule, prompts: captured, heatMaps: isFirst ? settings.heatMaps : 0, nullMaps: nullMaps)
        var crossRows: [PromptOutcome]?
        if let cross { crossRows = try self.outcomes(cross, rule, prompts: captured, heatMaps: 0) }
        var rows = outcomes.map(\.row)
        if let crossRows { for index in rows.indices { rows[index].cross = crossRows[index].row.values } }
        var ranked = RankedSimilarity(
          rule: rule, isDefault: rule == pair.defaultRule, columns: outcomes.first?.columns ?? 0,
          unmatchedShare: mean(outcomes.map(\.unmatchedShare)) ?? 0, summaries: summaries(rows.map(\.values)),
          prompts: rows)
        ranked.meanShares = MeanShares(outcomes)
        ranked.test = test(.sinkhorn, rows, pair, cross)
        ranked.centredTest = test(.centredCosineDistance, rows, pair, cross)
        ranked.nulls = nullMaps.map { nulls(outcomes, $0.seeds, &notes) }
        ranked.null = ranked.nulls?.first { $0.measure == .sinkhorn && $0.permutation == .free }
        rankings.append(ranked)
        if isFirst {
          prompts = outcomes.map(\.summary)
          heatMaps = outcomes.compactMap(\.heatMap)
          notes += zeroNotes(outcomes, pair.first.label, pair.second.label)
          if let crossRows, let cross { notes += zeroNotes(crossRows, cross.first.label, cross.second.label) }
        }
      } catch let error as LogitShiftError where !isFirst && error.isAboutColumns {
        notes.append("ranking by \(rule.rawValue) is left out: \(error)")
      }
    }
    notes += promptNotes(prompts, hasTest: cross != nil)
    return SimilarityResult(
      tool: tool, settings: settings, first: pair.first.summary, second: pair.second.summary,
      cross: cross?.second.summary, map: pair.mapSummary, prompts: prompts, rankings: rankings,
      heatMaps: heatMaps, notes: notes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }

  /// The prompts that all runs have captured; the others are noted.
  ///
  /// - Throws: ``LogitShiftError/nothingCaptured``.
  func capturedPrompts(_ runs: [CaptureRun], _ notes: inout [String]) throws -> [Int] {
    for run in runs where !run.failures.isEmpty {
      let numbers = run.failures.keys.sorted().map { "\($0 + 1)" }
      let shown = numbers.prefix(5).joined(separator: ", ") + (numbers.count > 5 ? ", …" : "")
      notes.append(
        "left out: \(numbers.count) of \(run.description.prompts.count) prompts that \(run.label) could not capture (\(shown))"
      )
    }
    let prompts = (runs.first?.description.prompts ?? []).indices.filter { prompt in
      runs.allSatisfy { $0.failures[prompt] == nil }
    }
    if prompts.isEmpty { throw LogitShiftError.nothingCaptured }
    return prompts
  }

  /// Prompts of a pair by one rule.
  ///
  /// - Parameters:
  ///   - pair: The runs.
  ///   - rule: Which columns count.
  ///   - prompts: Their numbers from 0, such as ``capturedPrompts(_:_:)`` finds; outcomes and heat maps are numbered by
  ///     their places in it, as in the result's list of prompts.
  ///   - heatMaps: The first so many prompts of the run get one.
  ///   - nullMaps: Maps that know nothing, to hold the pair's against.
  func outcomes(
    _ pair: RunPair, _ rule: RankingRule, prompts: [Int], heatMaps: Int, nullMaps: NullMaps? = nil
  ) throws -> [PromptOutcome] {
    let stage = "\(pair.first.label) – \(pair.second.label)"
    return try mapInOrder(
      prompts.count, threads: threads,
      progress: { progress.progress(stage, done: $0, total: prompts.count) }
    ) { place in
      let prompt = prompts[place]
      let (found, pairing, one, other) = try self.clouds(pair, rule, prompt, nullMaps)
      let (clouds, nulls) = (try found.own.get(), try nulls(found.nulls))
      let centred = CentredClouds(clouds)
      let values = try MeasureValues(clouds, centred, settings)
      let response = String(decoding: one.response.isEmpty ? other.response : one.response, as: UTF8.self)
      return PromptOutcome(
        row: PromptSimilarity(prompt: place, steps: clouds.steps, values: values),
        summary: PromptSummary(
          prompt: pair.first.description.prompts[prompt], response: response, steps: clouds.steps,
          skipped: pairing.skipped),
        columns: clouds.columns,
        unmatchedShare: Double(clouds.unmatched) / Double(max(1, clouds.ids.count)),
        areZero: (clouds.first.allSatisfy { $0 == 0 }, clouds.second.allSatisfy { $0 == 0 }),
        areConstant: (centred.first.isEmpty, centred.second.isEmpty),
        squares: (centred.first.squares, centred.second.squares),
        meanSquares: (centred.first.meanSquares, centred.second.meanSquares), nulls: nulls,
        heatMap: place < heatMaps
          ? HeatMap(
            clouds, one, pairing, run: pair.first, prompt: place, rule: rule, steps: settings.heatMapSteps)
          : nil)
    }
  }

  /// The clouds of a prompt through the map and through maps that know nothing.
  private struct PromptClouds {
    let own: Result<ShiftClouds, LogitShiftError>
    let nulls: [MapPermutation: [Result<ShiftClouds, LogitShiftError>]]
  }

  private func clouds(
    _ pair: RunPair, _ rule: RankingRule, _ prompt: Int, _ nullMaps: NullMaps?
  ) throws -> (PromptClouds, StepPairing, CapturedPrompt, CapturedPrompt) {
    if let kept = pair.first.description.kept, kept < settings.top {
      throw LogitShiftError.tooFewColumns(run: pair.first.label, kept: kept, asked: settings.top)
    }
    let (one, other) = (try pair.first.prompt(prompt), try pair.second.prompt(prompt))
    let pairing = try StepPairing(
      one, other, prompt: prompt, names: (pair.first.label, pair.second.label),
      offset: settings.isReferenceCompatible && pair.map != nil ? 1 : 0)
    let permutations = nullMaps == nil ? [] : MapPermutation.allCases
    let mappings = permutations.map { nullMaps?.maps[$0] ?? [] }
    var rest = try ShiftClouds.through(
      [pair.mapping] + mappings.joined(), one, other, pairing, top: settings.top, rule: rule,
      secondName: pair.second.label, prompt: prompt)[...]
    let own = rest.removeFirst()
    var nulls: [MapPermutation: [Result<ShiftClouds, LogitShiftError>]] = [:]
    for (permutation, mappings) in zip(permutations, mappings) {
      nulls[permutation] = Array(rest.prefix(mappings.count))
      rest = rest.dropFirst(mappings.count)
    }
    return (PromptClouds(own: own, nulls: nulls), pairing, one, other)
  }

  /// The measures of clouds through maps that know nothing; one that lacks columns leaves its permutation without values.
  private func nulls(_ clouds: [MapPermutation: [Result<ShiftClouds, LogitShiftError>]]) throws -> PromptNulls
  {
    var nulls = PromptNulls()
    for (permutation, results) in clouds {
      do {
        nulls.values[permutation] = try results.map {
          let clouds = try $0.get()
          return try MeasureValues(throughMap: clouds, CentredClouds(clouds), settings)
        }
      } catch let error as LogitShiftError where error.isAboutColumns {
        nulls.failures[permutation] = error
      }
    }
    return nulls
  }

  /// The means of all measures with their intervals.
  func summaries(_ rows: [MeasureValues]) -> [MeasureSummary] {
    let bootstrap = PercentileBootstrap(settings)
    return SimilarityMeasure.allCases.map { measure in
      let values = rows.compactMap { $0[measure] }
      return MeasureSummary(
        measure: measure, mean: mean(values), prompts: values.count,
        interval: bootstrap.interval(ofMean: values))
    }
  }

  private func test(
    _ measure: SimilarityMeasure, _ rows: [PromptSimilarity], _ pair: RunPair, _ cross: RunPair?
  ) -> PairedTest? {
    guard let cross else { return nil }
    let both = rows.compactMap { row -> (Double, Double)? in
      guard let same = row.values[measure], let other = row.cross?[measure] else { return nil }
      return (same, other)
    }
    guard !both.isEmpty else { return nil }
    return PairedTest(
      measure: measure, same: both.map(\.0), cross: both.map(\.1), settings: settings,
      groups:
        "\(pair.first.label) with \(pair.second.label) against \(cross.first.label) with \(cross.second.label)"
    )
  }

  /// The distances through maps that know nothing, of both permutations.
  private func nulls(
    _ outcomes: [PromptOutcome], _ seeds: [UInt64], _ notes: inout [String]
  ) -> [ShuffledMapNull] {
    var result: [ShuffledMapNull] = []
    for permutation in MapPermutation.allCases {
      if let failure = outcomes.lazy.compactMap({ $0.nulls.failures[permutation] }).first {
        notes.append("no baseline of maps with \(permutation.title): \(failure)")
        continue
      }
      result += MeasureValues.throughMaps.compactMap { measure in
        ShuffledMapNull(
          measure, permutation, observed: outcomes.map(\.row.values),
          nulls: outcomes.map { $0.nulls.values[permutation] ?? [] }, seeds: seeds, settings: settings)
      }
    }
    // By measure first: a reader looks for a measure, and then at what it was held against.
    return MeasureValues.throughMaps.flatMap { measure in result.filter { $0.measure == measure } }
  }

  /// Says where tuning changed nothing that was kept: distances of 0 then tell nothing of the models.
  private func zeroNotes(_ outcomes: [PromptOutcome], _ first: String, _ second: String) -> [String] {
    let flags = [
      (first, outcomes.count(where: \.areZero.first)), (second, outcomes.count(where: \.areZero.second)),
    ]
    let constant = [
      (first, outcomes.count { $0.areConstant.first && !$0.areZero.first }),
      (second, outcomes.count { $0.areConstant.second && !$0.areZero.second }),
    ]
    return flags.filter { $0.1 > 0 }.map { label, count in
      "all shifts of \(label) are 0 in \(count) of \(outcomes.count) prompts: there base and tuned agree on every kept column"
    }
      + constant.filter { $0.1 > 0 }.map { label, count in
        "the centred measures are not defined in \(count) of \(outcomes.count) prompts: there \(label) shifts all kept columns of a step by the same, and nothing is left when each step's mean is taken off"
      }
  }

  func promptNotes(_ prompts: [PromptSummary], hasTest: Bool) -> [String] {
    var notes: [String] = []
    if prompts.count < 2 { notes.append("one prompt: there are no intervals") }
    // From seven prompts on the smallest p is below 0.01.
    if hasTest, prompts.count < 7 {
      notes.append("with \(prompts.count) prompts p cannot fall below \(1 / Double(1 << prompts.count))")
    }
    let skipped = prompts.reduce(0) { $0 + $1.skipped }
    if skipped > 0 { notes.append("\(skipped) steps inside a character are left out") }
    return notes
  }
}

extension MeanShares {
  /// The shares over all prompts.
  init(_ outcomes: [SimilarityCalculator.PromptOutcome]) {
    func share(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
    let squares = outcomes.reduce((0.0, 0.0)) { ($0.0 + $1.squares.first, $0.1 + $1.squares.second) }
    let means = outcomes.reduce((0.0, 0.0)) { ($0.0 + $1.meanSquares.first, $0.1 + $1.meanSquares.second) }
    self.init(
      first: share(means.0, squares.0), second: share(means.1, squares.1),
      both: share(means.0 + means.1, squares.0 + squares.1))
  }
}

extension LogitShiftError {
  /// Whether it says that a run has not kept enough.
  var isAboutColumns: Bool {
    switch self {
    case .columnsMissing, .tooFewColumns: true
    default: false
    }
  }
}
