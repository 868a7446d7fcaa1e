/// Makes small SentencePiece models.
package struct SentencePieceFixture {
  /// The types of pieces, by their numbers in the format.
  package enum Kind: Int64 { case normal = 1, unknown, control, userDefined, unused, byte }

  /// A model without pieces.
  package init() {}

  /// The pieces in the order of their ids.
  package var pieces: [(piece: [UInt8], score: Float, kind: Kind)] = []
  /// 1 Unigram, 2 BPE, 3 WORD, 4 CHAR; nil to leave it out.
  package var modelType: Int64? = 2
  /// Field numbers and values of the training specification: 40 unk, 41 bos, 42 eos, 43 pad.
  package var ids: [Int: Int64] = [:]
  /// The compiled character map; left out where empty.
  package var charsmap: [UInt8] = []
  /// Left out where false, the default; where true, a model wants all 256 pieces of type BYTE.
  package var byteFallback = false
  /// Left out where true, the default.
  package var addDummyPrefix = true

  /// Adds a piece.
  package mutating func add(_ piece: String, _ kind: Kind = .normal, score: Float = 0) {
    pieces.append((Array(piece.utf8), score, kind))
  }

  /// Adds all 256 pieces of type BYTE, and says that the model falls back on them.
  package mutating func addBytes() {
    byteFallback = true
    for byte in 0..<256 {
      let digits = String(byte, radix: 16, uppercase: true)
      add("<0x\(byte < 16 ? "0" : "")\(digits)>", .byte)
    }
  }

  /// The specials and a few words.
  package static var small: SentencePieceFixture {
    var fixture = SentencePieceFixture()
    fixture.add("<unk>", .unknown)
    fixture.add("<s>", .control)
    fixture.add("</s>", .control)
    fixture.add("\u{2581}the", score: -1)
    fixture.add("\u{2581}", score: -2)
    fixture.add("\u{2581}\u{2581}", .userDefined)
    fixture.add("gone", .unused)
    fixture.add("é", score: -3.5)
    return fixture
  }

  /// The file.
  package var bytes: [UInt8] {
    var writer = ProtobufWriter()
    for piece in pieces {
      writer.message(1) {
        $0.data(1, piece.piece)
        $0.float(2, piece.score)
        if piece.kind != .normal { $0.varint(3, piece.kind.rawValue) }
      }
    }
    writer.message(2) {
      if let modelType { $0.varint(3, modelType) }
      if byteFallback { $0.varint(35, 1) }
      for (field, value) in ids.sorted(by: { $0.key < $1.key }) { $0.varint(field, value) }
    }
    writer.message(3) {
      $0.data(1, "identity".utf8)
      if !charsmap.isEmpty { $0.data(2, charsmap) }
      if !addDummyPrefix { $0.varint(3, 0) }
    }
    return writer.bytes
  }
}
