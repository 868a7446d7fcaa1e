internal import CMCEvaluation
internal import CMCPrimitives

/// Bias in pairs, for people.
enum PairRendering {
  /// The main figures.
  static func line(_ file: BiasPairFile) -> String {
    guard let all = file.table.last else { return "no pairs" }
    let change = all.after.map { ", \(fourDecimals($0.magnitude.value)) under control" } ?? ""
    return
      "\(file.system) on \(file.items.count) pairs of \(file.data): mean |difference| \(fourDecimals(all.before.magnitude.value)) nats\(change)"
  }

  /// A row an attribute.
  static func text(_ file: BiasPairFile) -> String {
    let isSteered = file.items.contains { $0.after != nil }
    var text = "\(file.system) on \(file.items.count) pairs of \(file.data)\n"
    text +=
      "log-probability of the continuation after the first prompt less after the second, in nats, 95 %\n"
    for (name, figure) in [
      ("difference", \BiasPairSummary.Figures.difference),
      ("|difference|", \BiasPairSummary.Figures.magnitude),
    ] {
      var table = TextTable(
        [("mean \(name)", .left), ("pairs", .right), (isSteered ? "before" : "", .left)]
          + (isSteered ? [("after", .left), ("after − before", .left)] : []))
      for row in file.table {
        let figures = [row.before] + (isSteered ? [row.after, row.change] : [])
        table.add(
          [row.attribute.map { oneLine($0, limit: 40) } ?? "all", "\(row.before.difference.count)"]
            + figures.map { $0.map { estimate($0[keyPath: figure]) } ?? "–" })
      }
      text += "\n" + table.text(indent: 2)
    }
    return text
  }

  private static func estimate(_ e: Estimate) -> String {
    "\(fourDecimals(e.value)) [\(fourDecimals(e.low)), \(fourDecimals(e.high))]"
  }
}
