import CMCPrimitives
import CMCVocabulary

/// SentencePiece's CHAR: every character is a token, a user-defined piece is taken whole.
struct CharacterModel: WordModel {
  private let pieces: ByteStringIndex
  private let frozen: ByteTrie
  private let fallback: UnknownText

  init(_ model: ScoredModel, pieces known: ModelPieces) {
    let vocabulary = known.vocabulary
    pieces = ByteStringIndex(vocabulary.pieces) { known.contains($0) }
    frozen = ByteTrie(model.userDefined.map { (Array(vocabulary.pieces[Int($0)]), $0) })
    fallback = UnknownText(
      known, unknown: model.unknown, usesBytes: model.byteFallback, fuses: true)
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    let first = tokens.count
    var place = 0
    pieces.withUnsafeLookup { lookup in
      while place < word.count {
        let length =
          frozen.longestMatch(in: word, from: place)?.length
          ?? min(characterLength(word[place]), word.count - place)
        let row = lookup.row(of: UnsafeBufferPointer(rebasing: word[place..<place + length]))
        tokens.append(EncodedToken(id: row.map { Int32($0) } ?? -1, length: Int32(length)))
        place += length
      }
    }
    fallback.resolve(&tokens, from: first, word: word)
  }
}

/// SentencePiece's WORD: a word begins at each mark of a space, and is a token or none.
struct SentencePieceWords: WordModel {
  private let pieces: ByteStringIndex
  private let fallback: UnknownText

  init(_ model: ScoredModel, pieces known: ModelPieces) {
    pieces = ByteStringIndex(known.vocabulary.pieces) { known.contains($0) }
    fallback = UnknownText(
      known, unknown: model.unknown, usesBytes: model.byteFallback, fuses: true)
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    let first = tokens.count
    let mark = SentencePieceSpaces.mark
    var start = 0
    pieces.withUnsafeLookup { lookup in
      for place in 1...max(1, word.count) where place >= word.count || word[place...].starts(with: mark) {
        let end = min(place, word.count)
        guard start < end else { continue }
        let row = lookup.row(of: UnsafeBufferPointer(rebasing: word[start..<end]))
        tokens.append(EncodedToken(id: row.map { Int32($0) } ?? -1, length: Int32(end - start)))
        start = end
      }
    }
    fallback.resolve(&tokens, from: first, word: word)
  }
}
