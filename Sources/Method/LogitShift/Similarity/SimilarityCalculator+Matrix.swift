internal import CMCPrimitives

extension SimilarityCalculator {
  /// Compares every ordered pair of runs.
  ///
  /// A pair that cannot be compared because columns were not kept leaves its cell empty, with a note.
  ///
  /// - Parameters:
  ///   - runs: The runs, two at least.
  ///   - rule: One rule for all cells; nil for each pair's own.
  ///   - pair: Makes the pair of two runs with the map between their vocabularies.
  /// - Throws: ``LogitShiftError``, `FileError`, and what `pair` throws.
  package func matrix(
    _ runs: [CaptureRun], rule: RankingRule? = nil,
    pair makePair: (CaptureRun, CaptureRun) throws -> RunPair
  ) throws -> SimilarityMatrix {
    var notes: [String] = []
    var rows = [[[MeasureValues]]](
      repeating: [[MeasureValues]](repeating: [], count: runs.count), count: runs.count)
    var rules = [[RankingRule]](
      repeating: [RankingRule](repeating: .base, count: runs.count), count: runs.count)
    var maps: [MapSummary] = []
    // What the shares are of: pairs through a map, and where there are none those of different runs.
    var (mapped, plain): ([PromptOutcome], [PromptOutcome]) = ([], [])
    var prompts: [PromptSummary] = []
    let captured = try capturedPrompts(runs, &notes)
    for (i, first) in runs.enumerated() {
      for (j, second) in runs.enumerated() {
        let pair = try makePair(first, second)
        rules[i][j] = rule ?? pair.defaultRule
        for note in pair.notes where !notes.contains(note) { notes.append(note) }
        if let map = pair.mapSummary, !maps.contains(map) { maps.append(map) }
        do {
          let outcomes = try outcomes(pair, rules[i][j], prompts: captured, heatMaps: 0)
          rows[i][j] = outcomes.map(\.row.values)
          if pair.mapping.isMapped { mapped += outcomes } else if i != j { plain += outcomes }
          if prompts.isEmpty { prompts = outcomes.map(\.summary) }
        } catch let error as LogitShiftError where error.isAboutColumns {
          notes.append("\(first.label) with \(second.label) is left out: \(error)")
        }
      }
    }
    let tables = SimilarityMeasure.allCases.map { measure in
      let summaries = rows.map { $0.map { self.summaries($0).first { $0.measure == measure } } }
      return SimilarityMatrix.Table(
        measure: measure, means: summaries.map { $0.map { $0?.mean } },
        intervals: summaries.map { $0.map { $0?.interval } })
    }
    let perPrompt = rows.map { $0.map { $0.compactMap(\.sinkhorn) } }
    let test = taskTest(runs, perPrompt, measure: .sinkhorn, prompts: prompts.count, &notes)
    // What keeps the first test from being made keeps these too, and is noted once.
    var cosineNotes: [String] = []
    let cosineTest = taskTest(
      runs, rows.map { $0.map { $0.compactMap { $0.cosine.map { 1 - $0 } } } }, measure: .cosine,
      prompts: prompts.count, &cosineNotes)
    // Where nothing is left of a prompt's shifts, its pair has no value, and counts in neither group.
    let centredTest = taskTest(
      runs, rows.map { $0.map { $0.compactMap(\.centredCosineDistance) } }, measure: .centredCosineDistance,
      prompts: prompts.count, &cosineNotes)
    notes += promptNotes(prompts, hasTest: test != nil)
    var matrix = SimilarityMatrix(
      tool: tool, settings: settings, runs: runs.map(\.summary), maps: maps, prompts: prompts, tables: tables,
      perPrompt: perPrompt, rules: rules, test: test, notes: notes)
    matrix.cosineTest = cosineTest
    matrix.centredTest = centredTest
    matrix.meanShares = MeanShares(mapped.isEmpty ? plain : mapped)
    return matrix
  }

  /// Pairs of runs of the same task against pairs of different tasks, prompt by prompt.
  ///
  /// Where both groups have pairs of different base models, only those count: a model is like itself whatever it was
  /// tuned for.
  private func taskTest(
    _ runs: [CaptureRun], _ perPrompt: [[[Double]]], measure: SimilarityMeasure, prompts: Int,
    _ notes: inout [String]
  ) -> PairedTest? {
    var same: [(Int, Int)] = []
    var cross: [(Int, Int)] = []
    for (i, first) in runs.enumerated() {
      for (j, second) in runs.enumerated() where i != j && perPrompt[i][j].count == prompts {
        guard let own = first.description.task, let other = second.description.task else { continue }
        if own == other { same.append((i, j)) } else { cross.append((i, j)) }
      }
    }
    func differ(_ pair: (Int, Int)) -> Bool {
      runs[pair.0].description.base != runs[pair.1].description.base
    }
    var groups = "pairs of the same task against pairs of different tasks"
    if same.contains(where: differ), cross.contains(where: differ) {
      same = same.filter(differ)
      cross = cross.filter(differ)
      groups += ", of different base models"
    }
    guard !same.isEmpty, !cross.isEmpty, prompts > 0 else {
      if runs.contains(where: { $0.description.task != nil }) {
        notes.append("no test: it needs pairs of the same task and pairs of different tasks")
      }
      return nil
    }
    func means(_ pairs: [(Int, Int)]) -> [Double] {
      (0..<prompts).map { prompt in mean(pairs.map { perPrompt[$0.0][$0.1][prompt] }) ?? 0 }
    }
    return PairedTest(
      measure: measure, same: means(same), cross: means(cross), settings: settings,
      groups: "\(groups) (\(same.count) and \(cross.count))")
  }
}
