internal import CMCAlignment
internal import CMCFastJSON
internal import CMCVocabulary

/// A row of a map as JSON.
enum MapRowJSON {
  static func write(_ row: MapRow, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", row.token.id)
      json.member("piece", row.token.piece)
      json.member("kind", row.token.kind?.name)
      json.member("script", row.tokenClass?.name)
      json.member("targets", row.targets.map(\.id))
      json.key("target_pieces")
      json.array { json in for target in row.targets { json.value(target.piece) } }
      json.member("method", row.decision.name)
      json.member("distance", row.distance)
    }
  }
}
