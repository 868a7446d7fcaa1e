import CMCPrimitives
import CMCVocabulary

/// WordPiece: the longest piece that begins a word, then the longest that continues it, or the word is unknown.
struct WordPieceEncoder: WordModel {
  private let beginnings: ByteTrie
  private let continuations: ByteTrie
  private let unknown: Int32
  private let maximumLength: Int

  /// Takes the pieces as `vocab.txt` spells them; a piece with the prefix is also found at the beginning of a word that is
  /// spelled so, as in the HF library.
  init(_ model: WordPieceModel, pieces known: ModelPieces) {
    let vocabulary = known.vocabulary
    let prefix = Array(model.continuingSubwordPrefix.utf8)
    var pieces: [(key: [UInt8], value: Int32)] = []
    for id in 0..<vocabulary.idLimit where known.contains(id) {
      pieces.append((Array(vocabulary.pieces[id]), Int32(id)))
    }
    beginnings = ByteTrie(pieces)
    continuations = ByteTrie(
      pieces.filter { $0.key.starts(with: prefix) }.map { (Array($0.key.dropFirst(prefix.count)), $0.value) })
    unknown = model.unknown ?? (known.refusesUnknown ? EncodedToken.refused : -1)
    maximumLength = model.maximumWordLength
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    scratch.cached(word, into: &tokens) { _, tokens in
      let first = tokens.count
      let characters = word.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
      var place = 0
      if characters <= maximumLength {
        while place < word.count {
          let trie = place > 0 ? continuations : beginnings
          guard let match = trie.longestMatch(in: word, from: place) else { break }
          tokens.append(EncodedToken(id: match.value, length: Int32(match.length)))
          place += match.length
        }
      }
      if place < word.count {
        tokens.removeSubrange(first...)
        tokens.append(EncodedToken(id: unknown, length: Int32(word.count)))
      }
    }
  }
}
