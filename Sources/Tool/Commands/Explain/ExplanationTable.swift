internal import CMCAlignment
internal import CMCVocabulary
internal import CrossModelControl

/// Explanations as text.
enum ExplanationTable {
  static func text(_ explanations: [(String, TokenExplanation)], _ alignment: PairAlignment) -> String {
    explanations.enumerated().map { place, item in
      let names =
        place == 0
        ? (alignment.source.name, alignment.target.name) : (alignment.target.name, alignment.source.name)
      return one(item.1, from: names.0, to: names.1)
    }.joined(separator: "\n")
  }

  private static func one(_ explanation: TokenExplanation, from source: String, to target: String) -> String {
    var text = "\(source) token \(explanation.token.id)  \(explanation.token.label)  →  \(target) "
    let row = explanation.row
    if row.targets.isEmpty {
      text += "nothing\n"
    } else {
      text += row.targets.map { "\($0.id)  \($0.label)" }.joined(separator: " + ") + "\n"
    }
    var facts = TextTable([("", .left), ("", .left)])
    facts.add(["bytes", hex(explanation.token.bytes ?? [])])
    facts.add(["kind", explanation.token.kind?.name ?? ""])
    if let tokenClass = row.tokenClass { facts.add(["script", tokenClass.name]) }
    for role in explanation.roles {
      facts.add(["role", role.role.name + (role.isPrimary ? ", primary" : "") + "  (\(role.source))"])
    }
    facts.add(["method", row.method.name + (row.distance > 0 ? ", distance \(row.distance)" : "")])
    facts.add(["decided by", explanation.rule])
    text += facts.text(indent: 2)
    guard !explanation.candidates.isEmpty else { return text }
    var table = TextTable([
      ("", .left), ("candidate", .left), ("id", .right), ("kind", .left), ("relation", .left),
      ("distance", .right),
      ("", .left),
    ])
    for candidate in explanation.candidates {
      table.add([
        candidate.isChosen ? "→" : "", shortened(candidate.token.label), "\(candidate.token.id)",
        candidate.token.kind?.name ?? "",
        candidate.relation.rawValue, "\(candidate.distance)", candidate.verdict,
      ])
    }
    return text + table.text(indent: 2)
  }

  /// Bytes in hexadecimal, in groups as they are written: `20 48 65`.
  private static func hex(_ bytes: [UInt8]) -> String {
    let digits = bytes.prefix(48).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return digits.joined(separator: " ") + (bytes.count > 48 ? " … (\(bytes.count) bytes)" : "")
  }
}
