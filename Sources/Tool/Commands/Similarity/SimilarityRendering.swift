internal import CMCLogitShift
internal import CMCPrimitives

/// A comparison of two runs for a terminal.
enum SimilarityRendering {
  /// The main figures.
  static func line(_ result: SimilarityResult) -> String {
    let measures = result.rankings.first?.summaries.map { "\($0.measure.title) \(number($0.mean))" } ?? []
    return (["\(result.first.label), \(result.second.label): \(result.prompts.count) prompts"] + measures)
      .joined(separator: ", ")
  }

  static func text(_ result: SimilarityResult) -> String {
    let (first, second) = (result.first, result.second)
    var text =
      "\(first.label): \(first.base) → \(first.tuned)\n\(second.label): \(second.base) → \(second.tuned)\n"
    if let map = result.map {
      text +=
        "map \(map.source) → \(map.target): \(grouped(map.matched)) of \(grouped(map.total)) ids have a target\n"
    }
    let steps = result.prompts.reduce(0) { $0 + $1.steps }
    text += "\(result.prompts.count) prompts, \(grouped(steps)) steps, seed \(result.settings.seed)\n"
    for ranking in result.rankings { text += "\n" + section(ranking, result) }
    if let ranking = result.rankings.first { text += "\n" + prompts(ranking, result) }
    return text
  }

  private static func section(_ ranking: RankedSimilarity, _ result: SimilarityResult) -> String {
    var text =
      "the best \(ranking.columns) columns of \(result.first.label) by its \(ranking.rule.rawValue) scores"
      + (ranking.isDefault ? " (the paper's rule)" : "")
    if result.map != nil { text += ", \(percent(ranking.unmatchedShare)) without a target" }
    var table = TextTable([("", .left), ("mean", .right), ("95 % interval", .left)])
    for summary in ranking.summaries {
      table.add([summary.measure.title, number(summary.mean), interval(summary.interval)])
    }
    text += "\n" + table.text(indent: 2)
    if let shares = ranking.meanShares, let both = shares.both {
      text += "  each step's mean is \(percent(both)) of the squared shifts (\(result.first.label)"
      text += " \(share(shares.first)), \(result.second.label) \(share(shares.second)))\n"
    }
    for test in [ranking.centredTest, ranking.test].compactMap(\.self) {
      text += "  \(test.groups), \(test.measure.title): \(number(test.sameMean)) against"
      text += " \(number(test.crossMean)), difference \(number(test.meanDifference))"
      text += " \(interval(test.interval)), p = \(NumberText.probability(test.p)) (\(test.vectors))\n"
    }
    let nulls = ranking.nulls ?? [ranking.null].compactMap(\.self)
    if let first = nulls.first { text += "\n" + self.nulls(nulls, count: first.values.count) }
    return text
  }

  private static func share(_ value: Double?) -> String { value.map { percent($0) } ?? "–" }

  /// What the map is worth: each distance through it and through maps that know nothing.
  private static func nulls(_ nulls: [ShuffledMapNull], count: Int) -> String {
    var table = TextTable([
      ("", .left), ("map", .right), ("shuffled", .right), ("from – to", .left), ("as small", .right),
      ("p", .right),
    ])
    for null in nulls {
      table.add([
        "\(null.measure.title), \((null.permutation ?? .free).title)", number(null.observed),
        number(null.mean), "\(number(null.least)) – \(number(null.largest))", "\(null.asSmall) of \(count)",
        NumberText.probability(null.test?.p),
      ])
    }
    return "  through the map and through \(count) shuffled ones; p: that the map carries nothing\n"
      + table.text(indent: 2)
  }

  private static func prompts(_ ranking: RankedSimilarity, _ result: SimilarityResult) -> String {
    let hasCross = ranking.test != nil
    var table = TextTable(
      [("prompt", .right), ("steps", .right), ("centred", .right)]
        + (hasCross ? [("cross", .right)] : []) + [("Sinkhorn", .right)]
        + (hasCross ? [("cross", .right)] : []) + [("exact", .right), ("Spearman", .right), ("", .left)])
    for row in ranking.prompts {
      table.add(
        [NumberText.counted(row.prompt), "\(row.steps)", number(row.values.centredCosineDistance)]
          + (hasCross ? [number(row.cross?.centredCosineDistance)] : []) + [number(row.values.sinkhorn)]
          + (hasCross ? [number(row.cross?.sinkhorn)] : [])
          + [
            number(row.values.exact), number(row.values.spearman),
            oneLine(result.prompts[row.prompt].prompt, limit: 50),
          ])
    }
    return table.text()
  }

  /// A measure's value, as the pages have it.
  static func number(_ value: Double?) -> String { NumberText.significant(value) }

  /// An interval; nothing where there is none.
  static func interval(_ interval: ConfidenceInterval?) -> String {
    interval.map { "[\(number($0.low)), \(number($0.high))]" } ?? ""
  }
}

/// A matrix of runs for a terminal.
enum MatrixRendering {
  static func text(_ matrix: SimilarityMatrix) -> String {
    var text = "\(matrix.runs.count) runs, \(matrix.prompts.count) prompts, seed \(matrix.settings.seed)\n"
    for (index, run) in matrix.runs.enumerated() {
      let task = run.task.map { ", task \($0)" } ?? ""
      text += "  \(index + 1) \(run.label): \(run.base) → \(run.tuned)\(task)\n"
    }
    for table in matrix.tables {
      var grid = TextTable([("", .left)] + matrix.runs.indices.map { ("\($0 + 1)", .right) })
      for (row, values) in table.means.enumerated() {
        grid.add(["\(row + 1) \(matrix.runs[row].label)"] + values.map(SimilarityRendering.number))
      }
      text += "\n\(table.measure.title)\n" + grid.text(indent: 2)
    }
    if let both = matrix.meanShares?.both {
      text += "\neach step's mean is \(percent(both)) of the squared shifts\n"
    }
    for (test, name) in [
      (matrix.centredTest, SimilarityMeasure.centredCosineDistance.title),
      (matrix.test, SimilarityMeasure.sinkhorn.title), (matrix.cosineTest, "1 − cosine"),
    ] {
      guard let test else { continue }
      text += "\n\(name), \(test.groups): \(SimilarityRendering.number(test.sameMean)) against "
      text += "\(SimilarityRendering.number(test.crossMean)), p = "
      text += "\(NumberText.probability(test.p)) (\(test.vectors))\n"
    }
    return text
  }
}
