import CMCAlignment
import CMCHashing
import CMCPrimitives
import CMCTokenMapFormats
import CMCVocabulary

/// A map in which every method and kind occurs, with vocabularies that fit it.
enum SampleMap {
  /// Piece, kind, target id, method and distance of each source id.
  private static let rows: [(piece: String, kind: TokenKind, id: Int32, method: MapMethod, distance: Int32)] =
    [
      ("<s>", .special, 1, .role, 0), ("hello", .text, 2, .exact, 0), ("hellos", .text, 2, .prefix, 1),
      ("", .hole, -1, .unmatched, -1), ("<0x0A>", .byte, 5, .exact, 0), ("▁wörld", .text, 3, .prefix, 3),
      ("ab\"c", .text, 4, .edit, 2), ("two", .text, 2, .retokenized, 2), ("<|x|>", .special, 0, .override, 0),
      ("three", .text, 3, .override, 0), ("日本", .text, -1, .unmatched, -1),
      ("\u{7F}\u{1F600}", .text, -1, .override, -1),
      ("last", .text, 4, .imported, -1), ("gone", .text, -1, .unmatched, -1),
    ]
  private static let targets: [(piece: String, kind: TokenKind)] = [
    ("<unk>", .special), ("<bos>", .special), ("hello", .text), ("▁wö", .text), ("abd", .text),
    ("<0x0A>", .byte),
  ]

  /// The entries with several targets.
  private static let sequences: [Int: TargetSequence?] = [
    7: TargetSequence(ids: [2, 4, 3], weights: [4 / 7, 2 / 7, 1 / 7], combination: .mean),
    9: TargetSequence(ids: [3, 4], combination: .mean),
  ]

  static let sourcePieces = ByteTable(rows.map { Array($0.piece.utf8) })
  static let targetPieces = ByteTable(targets.map { Array($0.piece.utf8) })

  static var map: TokenMap {
    TokenMap(
      source: side("sample-source", rows.map { ($0.piece, $0.kind) }, width: 16),
      target: side("sample-target", targets, width: 8),
      entries: rows.enumerated().map { id, row in
        (sequences[id] ?? nil).map { MapEntry($0, method: row.method, distance: row.distance) }
          ?? MapEntry(id: row.id, method: row.method, distance: row.distance)
      },
      overrides: [OverrideProvenance(name: "pair.yaml", digest: SHA256Digest(hashing: Array("x".utf8)))])
  }

  static var writeOptions: TokenMapWriteOptions {
    var options = TokenMapWriteOptions()
    options.sourcePieces = sourcePieces
    options.targetPieces = targetPieces
    options.unknownTargetID = 0
    return options
  }

  static var readOptions: TokenMapReadOptions {
    var options = TokenMapReadOptions()
    options.source = map.source
    options.target = map.target
    options.sourcePieces = sourcePieces
    options.targetPieces = targetPieces
    return options
  }

  private static func side(_ name: String, _ tokens: [(piece: String, kind: TokenKind)], width: Int)
    -> MapSide
  {
    let spelling = PieceSpelling.sentencePiece
    let shown = tokens.map { token -> [UInt8] in
      guard token.kind == .text else { return Array(token.piece.utf8) }
      var bytes: [UInt8] = []
      _ = Array(token.piece.utf8).withUnsafeBufferPointer { spelling.appendBytes(of: $0, to: &bytes) }
      return Array(TokenDisplay.string(bytes, kind: .text).utf8)
    }
    return MapSide(
      name: name, tokens: tokens.filter { $0.kind != .hole }.count, maxID: tokens.count - 1,
      logitsWidth: width,
      fingerprint: SHA256Digest(hashing: Array(name.utf8)), pieces: ByteTable(shown),
      kinds: tokens.map(\.kind))
  }
}
