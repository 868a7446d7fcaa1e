internal import CMCAlignment
internal import CMCFastJSON
internal import CMCVocabulary

/// A row of a map as JSON.
enum MapRowJSON {
  static func write(_ row: MapRow, _ json: inout JSONWriter) {
    json.object { json in
      json.member("id", row.id)
      json.member("piece", row.piece)
      json.member("kind", row.kind?.name)
      json.member("script", row.tokenClass?.name)
      json.member("targets", row.targets)
      json.key("target_pieces")
      json.array { json in for piece in row.targetPieces { json.value(piece) } }
      json.member("method", row.method.name)
      json.member("distance", row.distance)
    }
  }
}
