internal import CMCAlignment
internal import CMCHashing
internal import CMCPrimitives
internal import CMCVocabulary
internal import CrossModelControl

/// The result of `cmc align` as text.
enum SummaryTable {
  /// All parts: the two sides, the methods, distances, scripts, the worst, the specials, what was written.
  static func text(_ summary: AlignmentSummary, _ alignment: PairAlignment, written: [String]) -> String {
    var parts = [sides(alignment), figures(summary), specials(alignment), overrides(alignment)]
    if !written.isEmpty { parts.append("Written: \(terminalText(written.joined(separator: ", ")))\n") }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The main figures, and what was written.
  static func line(_ summary: AlignmentSummary, _ alignment: PairAlignment, written: [String]) -> String {
    "\(alignment.source.name) → \(alignment.target.name): \(figuresLine(summary))"
      + (written.isEmpty ? "" : "; written: \(written.joined(separator: ", "))")
  }

  /// The main figures of a map.
  static func figuresLine(_ summary: AlignmentSummary) -> String {
    "\(grouped(summary.tokens)) tokens, coverage \(percent(summary.coverage)), "
      + "exact \(summary.exactUnknown > 0 ? "not known" : percent(summary.exactShare)), "
      + "\(grouped(summary.counts.unmatched)) unmatched"
  }

  /// What needs the map alone: methods, distances, scripts, the worst.
  static func figures(_ summary: AlignmentSummary) -> String {
    [methods(summary), distances(summary), scripts(summary), worst(summary)].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private static func sides(_ alignment: PairAlignment) -> String {
    var table = TextTable([
      ("", .left), ("name", .left), ("family", .left), ("format", .left), ("tokens", .right),
      ("highest id", .right),
      ("logits", .right), ("fingerprint", .left),
    ])
    for (label, side) in [("source", alignment.source), ("target", alignment.target)] {
      table.add([
        label, side.name, side.family ?? "–", side.format.rawValue, grouped(side.vocabulary.tokenCount),
        grouped(side.vocabulary.idLimit - 1), side.logitsWidth.map { grouped($0.count) } ?? "–",
        side.vocabulary.fingerprint.short,
      ])
    }
    return table.text()
  }

  private static func methods(_ summary: AlignmentSummary) -> String {
    let counts = summary.counts
    var table = TextTable([("method", .left), ("tokens", .right), ("share", .right), ("", .left)])
    func add(_ name: String, _ count: Int, always: Bool, _ comment: String = "") {
      guard count > 0 || always else { return }
      table.add([name, grouped(count), percent(Double(count) / Double(max(summary.tokens, 1))), comment])
    }
    // A format that tells no methods leaves all of these open: zeros would seem to be known.
    let tells = counts.imported == 0
    add("exact", counts.exact, always: tells, "equal bytes")
    add("role", counts.role, always: tells, "special tokens by role or piece")
    add("override", counts.override, always: false, "decided by a file")
    add("prefix, shorter", counts.prefixShorter, always: tells, "the target begins the source")
    add("prefix, longer", counts.prefixLonger, always: tells, "the source begins the target")
    add("prefix", counts.prefixUnknown, always: false)
    add("edit", counts.edit, always: false, "unrestricted edit distance")
    add("retokenized", counts.retokenized, always: false)
    add("imported", counts.imported, always: false)
    add("unmatched", counts.unmatched, always: true, unmatched(summary))
    add("all", summary.tokens, always: true)
    return table.text()
      + "\nOf the tokens\(summary.knowsSpecial ? " that are not special" : ""), \(percent(summary.coverage)) have a target "
      + "(coverage) and \(exactness(summary))\n"
  }

  private static func exactness(_ summary: AlignmentSummary) -> String {
    guard summary.exactUnknown > 0 else {
      return "\(percent(summary.exactShare)) an exact one."
    }
    return "how many an exact one is not known of \(grouped(summary.exactUnknown)) entries "
      + "(give --source and --target)."
  }

  /// Which of the unmatched are so for a reason.
  private static func unmatched(_ summary: AlignmentSummary) -> String {
    let counts = summary.counts
    return
      (summary.knowsSpecial ? "of these \(counts.unmatchedSpecial) special" : "how many special is not known")
      + (counts.unmatchedByOverride > 0 ? ", \(counts.unmatchedByOverride) left so by a file" : "")
  }

  private static func distances(_ summary: AlignmentSummary) -> String {
    guard let most = summary.histogram.map(\.count).max() else { return "" }
    var table = TextTable([("distance", .right), ("tokens", .right), ("", .left)])
    for bin in summary.histogram.prefix(12) {
      let bar = String(repeating: "█", count: max(1, bin.count * 32 / most))
      table.add(["\(bin.distance)", grouped(bin.count), bar])
    }
    let rest = summary.histogram.dropFirst(12)
    if let last = rest.last {
      table.add(["…\(last.distance)", grouped(rest.reduce(0) { $0 + $1.count }), ""])
    }
    let mean = summary.meanDistance.map { fixed($0, digits: 4) } ?? "–"
    let inexact = summary.meanInexactDistance.map { fixed($0, digits: 4) } ?? "–"
    return table.text()
      + "\nMean distance \(mean) over the tokens with a target, \(inexact) over the inexact ones.\n"
  }

  private static func scripts(_ summary: AlignmentSummary) -> String {
    guard !summary.scripts.isEmpty else { return "" }
    var table = TextTable([
      ("script", .left), ("tokens", .right), ("exact", .right), ("inexact", .right), ("unmatched", .right),
    ])
    for row in summary.scripts.prefix(14) {
      let total = Double(max(row.tokens, 1))
      table.add([
        row.name, grouped(row.tokens), percent(Double(row.exact) / total),
        percent(Double(row.inexact) / total),
        percent(Double(row.unmatched) / total),
      ])
    }
    let more = summary.scripts.count - 14
    return table.text() + (more > 0 ? "… and \(more) more scripts (--json has all)\n" : "")
  }

  private static func worst(_ summary: AlignmentSummary) -> String {
    guard !summary.worst.isEmpty else { return "" }
    var table = TextTable([
      ("worst matches", .left), ("id", .right), ("target", .left), ("id", .right), ("distance", .right),
    ])
    for row in summary.worst {
      table.add([
        shortened(row.token.label), "\(row.token.id)", shortened(joined(row.targets)),
        row.targets.map { "\($0.id)" }.joined(separator: " + "), "\(row.distance)",
      ])
    }
    return table.text()
  }

  private static func specials(_ alignment: PairAlignment) -> String {
    let all = SpecialPlacement.all(
      in: alignment.map, source: alignment.source, target: alignment.target, overrides: alignment.overrides)
    guard !all.isEmpty else { return "" }
    let limit = 12
    var table = TextTable([
      ("special", .left), ("id", .right), ("roles", .left), ("target", .left), ("id", .right), ("why", .left),
    ])
    for special in all.prefix(limit) {
      table.add([
        shortened(special.token.label), "\(special.token.id)", uniqueRoles(special.roles),
        special.targets.isEmpty ? "–" : shortened(joined(special.targets)),
        special.targets.map { "\($0.id)" }.joined(separator: " + "), special.reason,
      ])
    }
    let rest = all.dropFirst(limit)
    guard !rest.isEmpty else { return table.text() }
    let unplaced = rest.count { $0.targets.isEmpty }
    return table.text()
      + "… and \(rest.count) more special tokens, \(unplaced) of them without a target (cmc inspect MAP --special)\n"
  }

  private static func overrides(_ alignment: PairAlignment) -> String {
    guard !alignment.map.overrides.isEmpty else { return "" }
    return alignment.map.overrides.map { "Override file: \($0.name) (SHA-256 \($0.digest.short)…)\n" }
      .joined()
  }

  /// The tokens of an entry, all of them.
  private static func joined(_ targets: [ShownToken]) -> String {
    targets.map(\.label).joined(separator: " + ")
  }

  /// The names of a token's roles, each once.
  static func uniqueRoles(_ roles: [RoleAssignment]) -> String {
    roles.reduce(into: [String]()) { if !$0.contains($1.role.name) { $0.append($1.role.name) } }.joined(
      separator: ", ")
  }
}

/// A text of at most so many terminal cells; the middle of a longer one gives way to `…`.
func shortened(_ text: String, to limit: Int = 32) -> String {
  guard displayWidth(text) > limit else { return text }
  var head = ""
  for character in text {
    if displayWidth(head) + displayWidth(String(character)) > limit - 8 { break }
    head.append(character)
  }
  var tail = ""
  for character in text.reversed() {
    if displayWidth(tail) + displayWidth(String(character)) > 6 { break }
    tail.insert(character, at: tail.startIndex)
  }
  return head + "…" + tail
}
