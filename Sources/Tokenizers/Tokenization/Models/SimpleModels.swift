import CMCPrimitives
import CMCVocabulary

/// Whole words only.
struct WordLevelEncoder: WordModel {
  private let words: ByteStringIndex
  private let unknown: Int32

  init(unknown: Int32?, pieces: ModelPieces) {
    words = ByteStringIndex(pieces.vocabulary.pieces) {
      pieces.contains($0, kinds: { $0 == .text || $0 == .fragment || $0 == .byte || $0 == .special })
    }
    self.unknown = unknown ?? (pieces.refusesUnknown ? EncodedToken.refused : -1)
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    let row = words.withUnsafeLookup { $0.row(of: word) }
    tokens.append(EncodedToken(id: row.map { Int32($0) } ?? unknown, length: Int32(word.count)))
  }
}

/// RWKV: the longest token at each place, over bytes; where none begins, RWKV's own tokenizer fails, and others leave the
/// byte out.
struct GreedyTrieEncoder: WordModel {
  private let trie: ByteTrie
  private let longest: Int
  /// What stands for a byte at which no token begins.
  private let missing: Int32
  private let hasEveryByte: Bool

  var failure: String? {
    hasEveryByte || missing != EncodedToken.refused ? nil : "RWKV's tokenizer fails where no token begins"
  }

  init(pieces: ModelPieces, isRWKVs: Bool) {
    missing = isRWKVs ? EncodedToken.refused : -1
    let vocabulary = pieces.vocabulary
    var keys: [(key: [UInt8], value: Int32)] = []
    for id in 0..<vocabulary.idLimit where pieces.contains(id) {
      keys.append((Array(vocabulary.canonical[id]), Int32(id)))
    }
    trie = ByteTrie(keys)
    longest = keys.map(\.key.count).max() ?? 0
    hasEveryByte = Set(keys.lazy.filter { $0.key.count == 1 }.map(\.key)).count == 256
  }

  /// The end of the last token that is certain, whatever follows the text, and ends with a character.
  func certainLength(of text: [UInt8]) -> Int {
    text.withUnsafeBufferPointer { text in
      var place = 0
      var result = 0
      while place + longest < text.count {
        place += trie.longestMatch(in: text, from: place)?.length ?? 1
        if text[place] & 0xC0 != 0x80 { result = place }
      }
      return result
    }
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    var place = 0
    while place < word.count {
      if let match = trie.longestMatch(in: word, from: place) {
        tokens.append(EncodedToken(id: match.value, length: Int32(match.length)))
        place += match.length
      } else {
        tokens.append(EncodedToken(id: missing, length: 1))
        place += 1
      }
    }
  }
}
