/// Makes small `tokenizer.bin` files of llama2.c.
package struct Llama2CFixture {
  /// Scores and pieces.
  package var tokens: [(score: Float, piece: [UInt8])] = []

  /// A file without tokens.
  package init() {}

  /// The specials as the exporter writes them, two byte tokens, a word.
  package static var small: Llama2CFixture {
    var fixture = Llama2CFixture()
    for piece in ["<unk>", "\n<s>\n", "\n</s>\n", "<0x00>", "<0x01>", " the"] {
      fixture.tokens.append((0, Array(piece.utf8)))
    }
    fixture.tokens[5].score = -1.5
    return fixture
  }

  /// The file.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func append(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
    append(UInt32(tokens.map(\.piece.count).max() ?? 0))
    for token in tokens {
      append(token.score.bitPattern)
      append(UInt32(token.piece.count))
      bytes.append(contentsOf: token.piece)
    }
    return bytes
  }
}
