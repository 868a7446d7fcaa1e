import CMCAlignment
import CMCVocabulary

/// Vocabularies and maps of a few tokens.
enum SmallVocabulary {
  /// Text tokens, and special ones for pieces between angle brackets; an empty piece is a hole.
  static func description(
    _ name: String, _ pieces: [String], roles: [(TokenRole, Int32)] = [], width: Int? = nil
  ) throws -> TokenizerDescription {
    var builder = VocabularyBuilder()
    for (id, piece) in pieces.enumerated() where !piece.isEmpty {
      if piece.hasPrefix("<") {
        try builder.addSpecial(id: id, piece: Array(piece.utf8))
      } else {
        try builder.add(id: id, piece: Array(piece.utf8), spelling: .literal)
      }
    }
    for (role, id) in roles { builder.assign(role, id: id, isPrimary: true, source: "test") }
    var description = TokenizerDescription(
      name: name, format: .tokenizerJSON, files: [], vocabulary: try builder.finish(), algorithm: .greedyTrie)
    description.decoders = [.fuse]
    description.logitsWidth = width.map { LogitsWidth(count: $0, source: "test") }
    return description
  }

  static func map(
    _ source: MapSide, _ target: MapSide, _ rows: [(Int32, MapMethod, Int32)],
    sequences: [Int32: TargetSequence?] = [:]
  ) -> TokenMap {
    TokenMap(
      source: source, target: target,
      entries: rows.enumerated().map { id, row in
        (sequences[Int32(id)] ?? nil).map { MapEntry($0, method: row.1, distance: row.2) }
          ?? MapEntry(id: row.0, method: row.1, distance: row.2)
      })
  }

  /// A map of ids alone.
  static func bare(_ rows: [(Int32, MapMethod, Int32)], sequences: [Int32: TargetSequence?] = [:]) -> TokenMap
  {
    map(MapSide(name: ""), MapSide(name: ""), rows, sequences: sequences)
  }
}
