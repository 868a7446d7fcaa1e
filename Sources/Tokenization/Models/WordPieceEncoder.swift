import Primitives
import Vocabulary

/// WordPiece: the longest piece that begins a word, then the longest that continues it, or the word is unknown.
struct WordPieceEncoder: WordModel {
  /// Over canonical bytes: what begins a word begins with a space there.
  private let trie: ByteTrie
  private let beginning: Int?
  private let unknown: Int32
  private let maximumLength: Int

  init(_ model: WordPieceModel, vocabulary: Vocabulary) {
    var keys: [(key: [UInt8], value: Int32)] = []
    for id in 0..<vocabulary.idLimit where vocabulary.kinds[id] == .text || vocabulary.kinds[id] == .fragment
    {
      keys.append((Array(vocabulary.canonical[id]), Int32(id)))
    }
    trie = ByteTrie(keys)
    beginning = trie.node(of: CollectionOfOne(UInt8(ascii: " ")))
    unknown = model.unknown ?? -1
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
          let match =
            place > 0
            ? trie.longestMatch(in: word, from: place)
            : beginning.flatMap { trie.longestMatch(in: word, from: 0, node: $0) }
          guard let match else { break }
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
