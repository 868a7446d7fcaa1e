internal import CMCAlignment
internal import CMCFastJSON
internal import CMCHashing
internal import CMCVocabulary

/// A map at a glance.
enum MapOverview {
  /// Both sides, then the figures.
  static func text(_ map: TokenMap) -> String {
    let summary = AlignmentSummary(map)
    var table = TextTable([
      ("", .left), ("name", .left), ("tokens", .right), ("highest id", .right), ("logits", .right),
      ("fingerprint", .left),
    ])
    for (label, side) in [("source", map.source), ("target", map.target)] {
      table.add([
        label, side.name.isEmpty ? "–" : side.name, side.tokens.map(grouped) ?? "–",
        side.maxID.map(grouped) ?? "–",
        side.logitsWidth.map(grouped) ?? "–", side.fingerprint?.short ?? "–",
      ])
    }
    return [table.text(), SummaryTable.figures(summary), overrides(map)].filter { !$0.isEmpty }.joined(
      separator: "\n")
  }

  private static func overrides(_ map: TokenMap) -> String {
    map.overrides.map { "Override file: \($0.name) (SHA-256 \($0.digest.short)…)\n" }.joined()
  }

  /// Schema `cmc.map-overview` version 1.
  static func json(_ map: TokenMap) -> [UInt8] {
    let summary = AlignmentSummary(map)
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.map-overview")
      json.member("version", 1)
      for (label, side) in [("source", map.source), ("target", map.target)] {
        json.key(label)
        json.object { json in
          json.member("name", side.name)
          for (key, value) in [
            ("tokens", side.tokens), ("max_id", side.maxID), ("logits_width", side.logitsWidth),
          ] {
            json.key(key)
            if let value { json.value(value) } else { json.null() }
          }
          json.member("fingerprint", side.fingerprint?.hex)
        }
      }
      SummaryJSON.figures(summary, &json)
      json.key("worst")
      json.array { json in for row in summary.worst { MapRowJSON.write(row, &json) } }
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
