internal import CMCAlignment
package import CMCPrimitives
internal import Synchronization

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
    for rule in ordered {
      let isFirst = rule == first
      do {
        let outcomes = try outcomes(pair, rule, heatMaps: isFirst ? settings.heatMaps : 0)
        var crossRows: [PromptOutcome]?
        if let cross { crossRows = try self.outcomes(cross, rule, heatMaps: 0) }
        var rows = outcomes.map(\.row)
        if let crossRows { for index in rows.indices { rows[index].cross = crossRows[index].row.values } }
        var ranked = RankedSimilarity(
          rule: rule, isDefault: rule == pair.defaultRule, columns: outcomes.first?.columns ?? 0,
          unmatchedShare: mean(outcomes.map(\.unmatchedShare)) ?? 0, summaries: summaries(rows.map(\.values)),
          prompts: rows)
        ranked.test = test(rows, pair, cross)
        ranked.null = try null(pair, rule, rows, &notes)
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

  /// All prompts of a pair by one rule.
  func outcomes(_ pair: RunPair, _ rule: RankingRule, heatMaps: Int) throws -> [PromptOutcome] {
    try each(pair, "\(pair.first.label) – \(pair.second.label)") { prompt in
      let (clouds, pairing, one, other) = try self.clouds(pair, rule, prompt, pair.mapping)
      let values = try MeasureValues(clouds, settings)
      let response = String(decoding: one.response.isEmpty ? other.response : one.response, as: UTF8.self)
      return PromptOutcome(
        row: PromptSimilarity(prompt: prompt, steps: clouds.steps, values: values),
        summary: PromptSummary(
          prompt: pair.first.description.prompts[prompt], response: response, steps: clouds.steps,
          skipped: pairing.skipped),
        columns: clouds.columns,
        unmatchedShare: Double(clouds.unmatched) / Double(max(1, clouds.ids.count)),
        areZero: (clouds.first.allSatisfy { $0 == 0 }, clouds.second.allSatisfy { $0 == 0 }),
        heatMap: prompt < heatMaps
          ? HeatMap(
            clouds, one, pairing, run: pair.first, prompt: prompt, rule: rule, steps: settings.heatMapSteps)
          : nil)
    }
  }

  /// Runs a body for each prompt, several at a time, in the order of the prompts.
  func each<T: Sendable>(
    _ pair: RunPair, _ stage: String, _ body: @Sendable (Int) throws -> T
  ) throws -> [T] {
    let count = pair.first.description.prompts.count
    // By number, because prompts end in any order and results must not depend on it.
    let results = Mutex<[Int: T]>([:])
    try parallelFor(count, chunk: 1, threads: threads) { range in
      for prompt in range {
        let result = try body(prompt)
        let done = results.withLock {
          $0[prompt] = result
          return $0.count
        }
        progress.progress(stage, done: done, total: count)
      }
    }
    let found = results.withLock { $0 }
    return (0..<count).compactMap { found[$0] }
  }

  private func clouds(
    _ pair: RunPair, _ rule: RankingRule, _ prompt: Int, _ mapping: ColumnMapping
  ) throws -> (ShiftClouds, StepPairing, CapturedPrompt, CapturedPrompt) {
    if let kept = pair.first.description.kept, kept < settings.top {
      throw LogitShiftError.tooFewColumns(run: pair.first.label, kept: kept, asked: settings.top)
    }
    let (one, other) = (try pair.first.prompt(prompt), try pair.second.prompt(prompt))
    let pairing = try StepPairing(
      one, other, prompt: prompt, names: (pair.first.label, pair.second.label),
      offset: settings.isReferenceCompatible && pair.map != nil ? 1 : 0)
    let clouds = try ShiftClouds(
      one, other, pairing, top: settings.top, rule: rule, mapping: mapping, secondName: pair.second.label,
      prompt: prompt)
    return (clouds, pairing, one, other)
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

  private func test(_ rows: [PromptSimilarity], _ pair: RunPair, _ cross: RunPair?) -> PairedTest? {
    guard let cross else { return nil }
    let both = rows.compactMap { row -> (Double, Double)? in
      guard let same = row.values.sinkhorn, let other = row.cross?.sinkhorn else { return nil }
      return (same, other)
    }
    guard !both.isEmpty else { return nil }
    return PairedTest(
      measure: .sinkhorn, same: both.map(\.0), cross: both.map(\.1), settings: settings,
      groups:
        "\(pair.first.label) with \(pair.second.label) against \(cross.first.label) with \(cross.second.label)"
    )
  }

  /// The distance through shuffled maps.
  private func null(
    _ pair: RunPair, _ rule: RankingRule, _ rows: [PromptSimilarity], _ notes: inout [String]
  ) throws -> ShuffledMapNull? {
    guard pair.mapping.isMapped, settings.shuffles > 0,
      let observed = mean(rows.compactMap(\.values.sinkhorn))
    else { return nil }
    var values: [Double] = []
    let seeds = (0..<settings.shuffles).map { settings.seed &+ UInt64($0) }
    do {
      for seed in seeds {
        let mapping = pair.mapping.shuffled(seed: seed)
        let distances = try each(pair, "shuffled map \(values.count + 1) of \(seeds.count)") { prompt in
          try MeasureValues.sinkhorn(try clouds(pair, rule, prompt, mapping).0, settings)
        }
        values.append(mean(distances) ?? 0)
      }
    } catch let error as LogitShiftError where error.isAboutColumns {
      notes.append("no shuffled-map baseline: \(error)")
      return nil
    }
    return ShuffledMapNull(measure: .sinkhorn, observed: observed, values: values, seeds: seeds)
  }

  /// Says where tuning changed nothing that was kept: distances of 0 then tell nothing of the models.
  private func zeroNotes(_ outcomes: [PromptOutcome], _ first: String, _ second: String) -> [String] {
    let flags = [
      (first, outcomes.count(where: \.areZero.first)), (second, outcomes.count(where: \.areZero.second)),
    ]
    return flags.filter { $0.1 > 0 }.map { label, count in
      "all shifts of \(label) are 0 in \(count) of \(outcomes.count) prompts: there base and tuned agree on every kept column"
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

extension LogitShiftError {
  /// Whether it says that a run has not kept enough.
  var isAboutColumns: Bool {
    switch self {
    case .columnsMissing, .tooFewColumns: true
    default: false
    }
  }
}
