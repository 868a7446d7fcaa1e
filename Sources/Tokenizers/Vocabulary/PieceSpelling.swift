/// How a tokenizer's file spells the bytes of its tokens.
package enum PieceSpelling: Sendable, Equatable {
  /// The piece is the text.
  case literal
  /// U+2581 stands for a space.
  case sentencePiece
  /// Every character stands for one byte, through GPT-2's table.
  case byteLevel
  /// `##x` continues a word; any other piece begins one.
  case wordPiece(continuation: String)

  /// Appends the bytes that a piece contributes to text.
  ///
  /// A byte-level piece with a character outside the table is taken literally, as the HF decoder does.
  ///
  /// - Returns: Whether the piece begins with a space that may be left out (WordPiece punctuation and CJK).
  package func appendBytes(of piece: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) -> Bool {
    switch self {
    case .literal:
      bytes.append(contentsOf: piece)
    case .sentencePiece:
      appendReplacingBlocks(piece, to: &bytes)
    case .byteLevel:
      let start = bytes.count
      if !ByteLevelAlphabet.appendBytes(of: piece, to: &bytes) {
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: piece)
      }
    case .wordPiece(let continuation):
      let prefix = Array(continuation.utf8)
      if !prefix.isEmpty, piece.count > prefix.count, piece.starts(with: prefix) {
        bytes.append(contentsOf: piece[prefix.count...])
      } else {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: piece)
        return WordPieceIsolation.isIsolated(piece)
      }
    }
    return false
  }

  /// Copies the piece with each U+2581 (E2 96 81) as a space.
  private func appendReplacingBlocks(_ piece: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    var copied = 0
    var i = 0
    while i < piece.count {
      if piece[i] == 0xE2, i + 2 < piece.count, piece[i + 1] == 0x96, piece[i + 2] == 0x81 {
        if copied < i { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[copied..<i])) }
        bytes.append(UInt8(ascii: " "))
        i += 3
        copied = i
      } else {
        i += 1
      }
    }
    if copied < i { bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[copied...])) }
  }
}
