internal import CMCAlignment
internal import CMCFastJSON
internal import CMCHashing
internal import CMCPrimitives
internal import CMCVocabulary

/// A vocabulary at a glance.
enum VocabularyOverview {
  /// Facts, kinds, roles, scripts, lengths, and what is odd.
  static func text(_ description: TokenizerDescription) -> String {
    let summary = VocabularySummary(description.vocabulary)
    return [

      facts(description), kinds(summary), roles(description), scripts(summary), lengths(summary),
      oddities(summary),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func facts(_ description: TokenizerDescription) -> String {
    let vocabulary = description.vocabulary
    var table = TextTable([("", .left), ("", .left)])
    table.add(["name", description.name])
    table.add(["family", description.family ?? "–"])
    table.add(["format", "\(description.format.rawValue), \(description.algorithm.name)"])
    table.add(["files", description.files.joined(separator: ", ")])
    table.add(["tokens", grouped(vocabulary.tokenCount)])
    table.add(["highest id", grouped(vocabulary.idLimit - 1)])
    table.add(["logits", description.logitsWidth.map { "\(grouped($0.count))  (\($0.source))" } ?? "–"])
    table.add(["fingerprint", vocabulary.fingerprint.hex])
    return table.text()
  }

  private static func kinds(_ summary: VocabularySummary) -> String {
    var table = TextTable([("kind", .left), ("tokens", .right)])
    for (kind, count) in summary.kinds { table.add([kind.name, grouped(count)]) }
    return table.text()
  }

  private static func roles(_ description: TokenizerDescription) -> String {
    let vocabulary = description.vocabulary
    guard !vocabulary.roleAssignments.isEmpty else { return "No token has a role.\n" }
    var table = TextTable([
      ("role", .left), ("id", .right), ("piece", .left), ("", .left), ("stated by", .left),
    ])
    for role in vocabulary.roleAssignments {
      table.add([
        role.role.name, "\(role.id)", shortened(vocabulary.token(role.id).label),
        role.isPrimary ? "primary" : "", role.source,
      ])
    }
    return table.text()
  }

  private static func scripts(_ summary: VocabularySummary) -> String {
    var table = TextTable([("script", .left), ("tokens", .right)])
    for row in summary.classes.prefix(16) { table.add([row.tokenClass.name, grouped(row.count)]) }
    let more = summary.classes.count - 16
    return table.text() + (more > 0 ? "… and \(more) more (--json has all)\n" : "")
  }

  private static func lengths(_ summary: VocabularySummary) -> String {
    guard let most = summary.lengths.map(\.count).max(), let longest = summary.lengths.last else { return "" }
    var table = TextTable([("bytes", .right), ("tokens", .right), ("", .left)])
    for row in summary.lengths where row.bytes <= 16 {
      table.add([
        "\(row.bytes)", grouped(row.count), String(repeating: "█", count: max(1, row.count * 32 / most)),
      ])
    }
    let longer = summary.lengths.filter { $0.bytes > 16 }.reduce(0) { $0 + $1.count }
    if longer > 0 { table.add(["17…\(longest.bytes)", grouped(longer), ""]) }
    return table.text()
  }

  private static func oddities(_ summary: VocabularySummary) -> String {
    var text = ""
    if !summary.holes.isEmpty {
      let shown = summary.holes.prefix(6).map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)…\($0.upperBound)"
      }
      text += "Ids without a token: \(shown.joined(separator: ", "))\(summary.holes.count > 6 ? ", …" : "")\n"
    }
    if !summary.duplicates.isEmpty {
      let shown = summary.duplicates.prefix(5).map {
        "\(shortened($0.piece)) (\($0.ids.map { "\($0)" }.joined(separator: ", ")))"
      }
      text +=
        "Same bytes more than once: \(grouped(summary.duplicates.count)): \(shown.joined(separator: "; "))"
        + (summary.duplicates.count > 5 ? "; …" : "") + "\n"
    }
    if !summary.missingBytes.isEmpty, summary.missingBytes.count < 256 {
      let shown = summary.missingBytes.prefix(24).map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true)
      }
      text +=
        "Byte values without a token of their own: \(summary.missingBytes.count): \(shown.joined(separator: " "))"
        + (summary.missingBytes.count > 24 ? " …" : "") + "\n"
    }
    return text
  }

  /// Schema `cmc.vocabulary` version 1.
  static func json(_ description: TokenizerDescription) -> [UInt8] {
    let summary = VocabularySummary(description.vocabulary)
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.vocabulary")
      json.member("version", 1)
      json.key("description")
      SummaryJSON.side(description, &json)
      json.member("algorithm", description.algorithm.name)
      json.key("kinds")
      json.object { json in for (kind, count) in summary.kinds { json.member(kind.name, count) } }
      json.key("roles")
      json.array { json in
        for role in description.vocabulary.roleAssignments {
          json.object { json in
            json.member("role", role.role.name)
            json.member("id", role.id)
            json.member("primary", role.isPrimary)
            json.member("source", role.source)
          }
        }
      }
      json.key("scripts")
      json.object { json in for row in summary.classes { json.member(row.tokenClass.name, row.count) } }
      json.key("lengths")
      json.object { json in for row in summary.lengths { json.member("\(row.bytes)", row.count) } }
      json.key("holes")
      json.array { json in
        for range in summary.holes {
          json.array { json in
            json.value(range.lowerBound)
            json.value(range.upperBound)
          }
        }
      }
      json.key("duplicates")
      json.array { json in
        for duplicate in summary.duplicates {
          json.object { json in
            json.member("piece", duplicate.piece)
            json.member("ids", duplicate.ids)
          }
        }
      }
      json.member("missing_bytes", summary.missingBytes)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
