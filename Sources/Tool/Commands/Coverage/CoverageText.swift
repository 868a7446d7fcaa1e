internal import CMCAlignment
internal import CMCVocabulary
internal import CrossModelControl

/// The result of `cmc coverage` as text.
enum CoverageText {
  /// The corpus, methods, tokenizers, files, scripts, and the unmatched tokens.
  static func text(_ report: CoverageReport) -> String {
    let total = report.coverage.total
    let parts = [
      heading(report), methods(total), tokenizers(report), sameText(total, report.settings.unit),
      files(report.coverage),
      scripts(total), costs(total), total.tokens.tokens > 0 ? CoverageUnmatchedText.text(total) : "",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The main figures.
  static func line(_ report: CoverageReport) -> String {
    let total = report.coverage.total
    return "\(report.map): \(counted(total.tokens.tokens, "token")) of \(counted(total.text.bytes, "byte")), "
      + "exact \(percent(total.tally(of: .exact).tokenShare(of: total.tokens))), "
      + "unmatched \(percent(total.tally(of: .unmatched).tokenShare(of: total.tokens))), "
      + "the same text \(percent(total.same.byteShare(of: total.tokens))) of the bytes"
  }

  private static func heading(_ report: CoverageReport) -> String {
    let text = report.coverage.total.text
    let files = report.coverage.domains.count
    var line = "\(report.map), \(report.source.name) → \(report.target.name), on "
    line += "\(counted(text.bytes, "byte")) of text in \(counted(files, "file")), "
    line += "taken as \(counted(text.texts, report.settings.unit))\n"
    if text.replacements > 0 {
      line += "\(counted(text.replacements, "part")) of \(counted(text.invalidTexts, report.settings.unit)) "
      line += "\(text.replacements == 1 ? "is" : "are") not UTF-8 and read as U+FFFD\n"
    }
    return line
  }

  private static func methods(_ total: CoverageFigures) -> String {
    var table = TextTable([
      ("method", .left), ("tokens", .right), ("share", .right), ("bytes", .right), ("share", .right),
      ("different", .right), ("", .left),
    ])
    func add(_ name: String, _ tally: TokenTally, _ comment: String) {
      table.add([
        name, grouped(tally.tokens), percent(tally.tokenShare(of: total.tokens)), grouped(tally.bytes),
        percent(tally.byteShare(of: total.tokens)), grouped(tally.distinct), comment,
      ])
    }
    for (method, isAlwaysShown, comment) in rows {
      let tally = total.tally(of: method)
      if isAlwaysShown || tally.tokens > 0 { add(method.name, tally, comment) }
    }
    add("all", total.tokens, "source tokens of the corpus")
    return table.text()
  }

  /// The rows of the table of methods: which of them are there when they count nothing.
  private static let rows: [(MapMethod, Bool, String)] = [
    (.exact, true, "a target of equal bytes"), (.role, false, "special tokens by role or piece"),
    (.override, false, "decided by a file"), (.prefix, true, "the nearest target in a prefix relation"),
    (.edit, false, "the nearest target by edit distance"), (.retokenized, false, "a sequence of targets"),
    (.imported, false, "the map does not say how"),
    (.unmatched, true, "no target: the delta model is not heard"),
  ]

  private static func tokenizers(_ report: CoverageReport) -> String {
    let total = report.coverage.total
    var table = TextTable([
      ("encoding the text", .left), ("tokens", .right), ("tokens/byte", .right), ("bytes/token", .right),
      ("\(report.settings.unit)s changed", .right), ("bytes lost", .right), ("bytes added", .right),
    ])
    for (name, side) in [
      ("source  \(report.source.name)", total.source), ("target  \(report.target.name)", total.target),
    ] {
      table.add([
        name, grouped(side.tokens), figure(side.tokensPerByte(of: total.text)),
        figure(side.bytesPerToken(of: total.text)), grouped(side.changedTexts), grouped(side.lostBytes),
        grouped(side.addedBytes),
      ])
    }
    return table.text()
      + "Changed, lost, added: what decoding the tokens does not give back, or gives besides.\n"
  }

  private static func sameText(_ total: CoverageFigures, _ unit: String) -> String {
    guard total.tokens.tokens > 0 else { return "" }
    return
      "Each token replaced by its target, \(percent(total.same.byteShare(of: total.tokens))) of the bytes "
      + "(\(percent(total.same.tokenShare(of: total.tokens))) of the tokens) are still the same text; "
      + "\(grouped(total.sameTexts)) of \(counted(total.text.texts, unit)) come out the same from end to end.\n"
  }

  private static func files(_ coverage: CorpusCoverage) -> String {
    guard coverage.domains.count > 1 else { return "" }
    let loses = coverage.total.source.lostBytes + coverage.total.target.lostBytes > 0
    var table = TextTable([
      ("file", .left), ("bytes", .right), ("tokens", .right), ("exact", .right), ("inexact", .right),
      ("unmatched", .right), ("same bytes", .right), ("tokens/byte source", .right), ("target", .right),
      (loses ? "lost source" : "", .right), (loses ? "target" : "", .right),
    ])
    for (name, figures) in coverage.domains.map({ ($0.name, $0.figures) }) + [("all", coverage.total)] {
      let tokens = figures.tokens
      table.add([
        shortened(name, to: 32), grouped(figures.text.bytes), grouped(tokens.tokens),
        percent(figures.tally(of: .exact).tokenShare(of: tokens)),
        percent(figures.inexact.tokenShare(of: tokens)),
        percent(figures.tally(of: .unmatched).tokenShare(of: tokens)),
        percent(figures.same.byteShare(of: tokens)), figure(figures.source.tokensPerByte(of: figures.text)),
        figure(figures.target.tokensPerByte(of: figures.text)),
        loses ? grouped(figures.source.lostBytes) : "", loses ? grouped(figures.target.lostBytes) : "",
      ])
    }
    return table.text()
  }

  private static func scripts(_ total: CoverageFigures) -> String {
    guard !total.scripts.isEmpty else { return "" }
    var table = TextTable([
      ("script", .left), ("tokens", .right), ("share", .right), ("bytes", .right), ("exact", .right),
      ("inexact", .right), ("unmatched", .right),
    ])
    for row in total.scripts.prefix(14) {
      table.add([
        row.name, grouped(row.all.tokens), percent(row.all.tokenShare(of: total.tokens)),
        grouped(row.all.bytes), percent(row.exact.tokenShare(of: row.all)),
        percent(row.inexact.tokenShare(of: row.all)), percent(row.unmatched.tokenShare(of: row.all)),
      ])
    }
    let more = total.scripts.count - 14
    return table.text() + (more > 0 ? "… and \(more) more scripts (--json has all)\n" : "")
  }

  /// What is worth mending first: an override for one of these keeps most of the text.
  private static func costs(_ total: CoverageFigures) -> String {
    guard !total.costs.isEmpty else { return "" }
    var table = TextTable([
      ("changes the text most", .left), ("id", .right), ("becomes", .left), ("method", .left),
      ("tokens", .right), ("bytes", .right), ("share", .right),
    ])
    for cost in total.costs {
      let targets = cost.targets.map(\.label).joined(separator: " + ")
      table.add([
        shortened(cost.token.label, to: 24), "\(cost.token.id)",
        cost.targets.isEmpty ? "–" : shortened(targets, to: 24), cost.method.name,
        grouped(cost.tally.tokens), grouped(cost.tally.bytes),
        percent(cost.tally.byteShare(of: total.tokens)),
      ])
    }
    return table.text()
  }

  /// Three or four significant digits, or a dash.
  private static func figure(_ value: Double?) -> String { value.map { fixed($0, digits: 3) } ?? "–" }

  /// A number and its noun: 1 file, 2 files.
  static func counted(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }
}

/// The unmatched tokens of a corpus as text.
enum CoverageUnmatchedText {
  static func text(_ total: CoverageFigures) -> String {
    let unmatched = total.tally(of: .unmatched)
    guard !total.unmatched.isEmpty else {
      return unmatched.tokens == 0 ? "Every token of the corpus has a target.\n" : ""
    }
    var table = TextTable([
      ("unmatched", .left), ("id", .right), ("script", .left), ("tokens", .right), ("share", .right),
      ("where, the token in brackets", .left),
    ])
    for token in total.unmatched {
      table.add([
        shortened(token.token.label, to: 24), "\(token.token.id)", token.script, grouped(token.tally.tokens),
        percent(token.tally.tokenShare(of: total.tokens)), token.example.map(context) ?? "",
      ])
    }
    let more = unmatched.distinct - total.unmatched.count
    return table.text()
      + (more > 0 ? "… and \(grouped(more)) more unmatched tokens (--top \(unmatched.distinct))\n" : "")
  }

  private static func context(_ example: UnmatchedToken.Example) -> String {
    var before = Array(visible(example.before))
    while displayWidth(String(before)) > 24 { before.removeFirst() }
    var after = Array(visible(example.after))
    while displayWidth(String(after)) > 24 { after.removeLast() }
    return String(before) + "⟦" + visible(example.text) + "⟧" + String(after)
  }

  /// Text as a terminal may show it, spaces as they are.
  private static func visible(_ text: String) -> String {
    TokenDisplay.string(Array(text.utf8), kind: .special)
  }
}
