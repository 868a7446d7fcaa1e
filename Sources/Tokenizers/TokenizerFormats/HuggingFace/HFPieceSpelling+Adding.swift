import CMCPrimitives
import CMCVocabulary

extension HFPieceSpelling {
  /// Adds a piece of the model.
  func add(
    _ piece: UnsafeBufferPointer<UInt8>, id: Int, to builder: inout VocabularyBuilder
  ) throws(VocabularyError) {
    if hasByteTokens, let byte = BytePiece.byte(piece) {
      try builder.addByte(id: id, piece: Array(piece), byte: byte)
    } else if !endOfWordSuffix.isEmpty, piece.count >= endOfWordSuffix.count,
      piece[(piece.count - endOfWordSuffix.count)...].elementsEqual(endOfWordSuffix)
    {
      try builder.add(
        id: id, piece: piece, stem: piece.count - endOfWordSuffix.count, ending: [UInt8(ascii: " ")],
        spelling: spelling)
    } else {
      try builder.add(id: id, piece: piece, spelling: spelling)
    }
  }

  /// Adds an added token: its text is literal, but for the block that stands for a space.
  func add(
    _ token: AddedToken, isUnknown: Bool, to builder: inout VocabularyBuilder
  ) throws(VocabularyError) {
    let piece = Array(token.content.utf8)
    if token.isSpecial || isUnknown {
      try builder.addSpecial(id: Int(token.id), piece: piece)
    } else if hasByteTokens, let byte = piece.withUnsafeBufferPointer({ BytePiece.byte($0) }) {
      try builder.addByte(id: Int(token.id), piece: piece, byte: byte)
    } else {
      try builder.add(
        id: Int(token.id), piece: piece, spelling: spelling == .sentencePiece ? .sentencePiece : .literal)
    }
  }
}
