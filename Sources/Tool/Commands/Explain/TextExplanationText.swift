internal import CMCAlignment
internal import CMCVocabulary

/// A text in two tokenizations, for a terminal.
enum TextExplanationText {
  /// The lines of a paragraph of tokens are no wider, in cells.
  private static let width = 96

  /// Both encodings, the legend, and a table of the source tokens.
  ///
  /// - Parameters:
  ///   - explanation: What to show.
  ///   - source: The source tokenizer's name.
  ///   - target: The target tokenizer's name.
  ///   - color: Whether marks are colours; otherwise a sign stands before each token.
  static func text(
    _ explanation: TextExplanation, source: String, target: String, color: Bool
  ) -> String {
    let tokens = explanation.source.map { token in
      (plain: (color ? "" : sign(token.mark)) + token.token.label, start: color ? start(token.mark) : "")
    }
    var text = "source  \(source), \(CoverageText.counted(explanation.source.count, "token"))\n"
    text += paragraph(tokens, color: color)
    text +=
      "target  \(target), its own encoding, \(CoverageText.counted(explanation.target.count, "token"))\n"
    text += paragraph(explanation.target.map { (plain: $0.token.label, start: "") }, color: color)
    guard !explanation.source.isEmpty else { return text }
    text += "\n" + table(explanation, color: color) + "\n" + legend(explanation, color: color)
    for (name, dropped) in [(source, explanation.sourceDropped), (target, explanation.targetDropped)] {
      let bytes = dropped.reduce(0) { $0 + $1.count }
      if bytes > 0 {
        text += "\(CoverageText.counted(bytes, "byte")) of the text have no token in \(name).\n"
      }
    }
    return text
  }

  private static func paragraph(_ tokens: [(plain: String, start: String)], color: Bool) -> String {
    var text = ""
    var line = 0
    for token in tokens {
      let cells = displayWidth(token.plain) + 1
      if line > 0, line + cells > width {
        text += "\n"
        line = 0
      }
      text += line == 0 ? "  " : " "
      text += token.start.isEmpty ? token.plain : token.start + token.plain + "\u{1B}[0m"
      line += cells
    }
    return text + "\n"
  }

  private static func table(_ explanation: TextExplanation, color: Bool) -> String {
    var table = TextTable([
      ("", .left), ("token", .left), ("id", .right), ("maps to", .left), ("id", .right), ("how", .left),
      ("own tokens here", .left),
    ])
    for token in explanation.source {
      let how = token.mark.rawValue + (token.distance > 0 ? ", distance \(token.distance)" : "")
      let own = explanation.target[token.own].map(\.token.label).joined(separator: " ")
      table.add([
        color ? "" : sign(token.mark), shortened(token.token.label, to: 28), "\(token.token.id)",
        token.targets.isEmpty ? "–" : shortened(token.targets.map(\.label).joined(separator: " + "), to: 28),
        token.targets.map { "\($0.id)" }.joined(separator: " + "), how,
        own.isEmpty ? "…" : shortened(own, to: 40),
      ])
    }
    guard color else { return table.text() }
    // Whole lines are coloured, so that columns keep their width.
    let lines = table.text().split(separator: "\n", omittingEmptySubsequences: false)
    return zip(lines.indices, lines).map { index, line in
      guard index > 0, index <= explanation.source.count else { return String(line) }
      return start(explanation.source[index - 1].mark) + line + "\u{1B}[0m"
    }.joined(separator: "\n")
  }

  private static func legend(_ explanation: TextExplanation, color: Bool) -> String {
    let counts = Dictionary(explanation.source.map { ($0.mark, 1) }, uniquingKeysWith: +)
    let entries = TextExplanation.Mark.allCases.compactMap { mark -> String? in
      guard let count = counts[mark] else { return nil }
      let entry = "\(count) \(meaning(mark))"
      return color ? start(mark) + entry + "\u{1B}[0m" : sign(mark) + " " + entry
    }
    let more = explanation.source.contains { $0.own.isEmpty } ? "; … inside the own token above" : ""
    return entries.joined(separator: ", ") + more + "\n"
  }

  private static func sign(_ mark: TextExplanation.Mark) -> String {
    switch mark {
    case .exact: "="
    case .role: "@"
    case .override: "!"
    case .prefixShorter: "<"
    case .prefixLonger: ">"
    case .edit: "~"
    case .retokenized: "+"
    case .imported: "?"
    case .unmatched: "×"
    }
  }

  private static func meaning(_ mark: TextExplanation.Mark) -> String {
    switch mark {
    case .exact: "exact"
    case .role: "by role"
    case .override: "by override"
    case .prefixShorter: "to a shorter target"
    case .prefixLonger: "to a longer target"
    case .edit: "by edit distance"
    case .retokenized: "to a sequence"
    case .imported: "imported"
    case .unmatched: "unmatched"
    }
  }

  /// The control sequence that begins the colour of a mark.
  private static func start(_ mark: TextExplanation.Mark) -> String {
    let code =
      switch mark {
      case .exact: 32
      case .role, .override: 36
      case .prefixShorter, .prefixLonger: 33
      case .edit, .retokenized, .imported: 35
      case .unmatched: 31
      }
    return "\u{1B}[\(code)m"
  }
}
