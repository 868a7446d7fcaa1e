import CMCPrimitives
import CMCVocabulary

/// Byte-pair encoding over bytes: GPT-2 and its heirs by merges, tiktoken and Tekken by rank.
struct ByteLevelBPE: WordModel {
  /// The token of each byte, -1 where the vocabulary has none.
  private let bytes: [Int32]
  private let hasEveryByte: Bool
  /// Whether parts without a token merge by their bytes, and are an error where one is left.
  private let mergesBytes: Bool
  private let rule: Rule
  /// Words that are taken whole, or nil.
  private let wholeWords: ByteStringIndex?
  private let unknown: Int32
  /// Whether neighbouring unknown characters are one token.
  private let fuses: Bool

  private enum Rule: Sendable {
    case merges(MergeTable)
    case ranks(PrioritizedPieces)
  }

  var failure: String? { mergesBytes && !hasEveryByte ? "tiktoken fails at a byte that has no rank" : nil }

  /// The encoding by merges.
  init(_ model: BPEModel, pieces known: ModelPieces) {
    let vocabulary = known.vocabulary
    let pieces = ByteStringIndex(vocabulary.pieces) {
      known.contains($0, kinds: { $0 == .text || $0 == .fragment || $0 == .byte || $0 == .special })
    }
    bytes = (0...255).map { byte in
      pieces.row(of: Array(String(ByteLevelAlphabet.scalars[byte]).utf8)).map { Int32($0) } ?? -1
    }
    hasEveryByte = bytes.allSatisfy { $0 >= 0 }
    mergesBytes = false
    rule = .merges(MergeTable(model.merges, keepsFirst: model.mergesTexts))
    wholeWords = model.ignoresMerges ? Self.wholeWords(known) : nil
    unknown = model.unknown ?? (known.refusesUnknown ? EncodedToken.refused : -1)
    fuses = model.fusesUnknown
  }

  /// The words that are taken whole, by the bytes that pieces spell; one with a character that spells none is in no
  /// text.
  ///
  /// Those are the tokens' own bytes but for added tokens, whose text is what they are written as: the token `²` is found
  /// in text as a character of two bytes, the piece `²` is one byte.
  private static func wholeWords(_ known: ModelPieces) -> ByteStringIndex {
    let vocabulary = known.vocabulary
    func spelled(_ id: Int) -> [UInt8]? {
      var bytes: [UInt8] = []
      let isWhole = vocabulary.pieces[id].withUnsafeBufferPointer {
        ByteLevelAlphabet.appendBytes(of: $0, to: &bytes)
      }
      return isWhole ? bytes : nil
    }
    let ids = (0..<vocabulary.idLimit).filter { known.contains($0) }
    let isOwn = ids.allSatisfy { id in
      vocabulary.kinds[id] == .text || vocabulary.kinds[id] == .fragment
        || vocabulary.pieces[id].allSatisfy { $0 < 0x80 }
    }
    guard !isOwn else {
      return ByteStringIndex(vocabulary.canonical) { known.contains($0) && spelled($0) != nil }
    }
    var words = ByteTable(rows: vocabulary.idLimit, bytes: vocabulary.canonical.bytes.count)
    var isWord = [Bool](repeating: false, count: vocabulary.idLimit)
    for id in 0..<vocabulary.idLimit {
      let bytes = known.contains(id) ? spelled(id) : nil
      words.append(bytes ?? [])
      isWord[id] = bytes != nil
    }
    return ByteStringIndex(words) { isWord[$0] }
  }

  /// The encoding by rank; a word that is a token is taken whole, whether merging would give it or not.
  init(_ model: RankedBPEModel, vocabulary: Vocabulary) {
    let ranks = Int(model.firstID)..<Int(model.firstID) + model.rankCount
    let pieces = PrioritizedPieces(
      vocabulary.canonical, priorities: (0..<UInt32(vocabulary.idLimit)).map { $0 },
      where: { ranks.contains($0) && vocabulary.kinds[$0] != .hole && !vocabulary.canonical[$0].isEmpty })
    bytes = (0...255).map { byte in pieces.index.row(of: [UInt8(byte)]).map { Int32($0) } ?? -1 }
    wholeWords = pieces.index
    hasEveryByte = bytes.allSatisfy { $0 >= 0 }
    mergesBytes = true
    rule = .ranks(pieces)
    unknown = -1
    fuses = false
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    scratch.cached(word, into: &tokens) { scratch, tokens in
      if let wholeWords, let id = wholeWords.withUnsafeLookup({ $0.row(of: word) }) {
        tokens.append(EncodedToken(id: Int32(id), length: Int32(word.count)))
        return
      }
      scratch.merger.begin()
      let first = tokens.count
      guard !hasEveryByte, !mergesBytes else {
        scratch.merger.add(word, table: bytes)
        merge(word, scratch: &scratch, into: &tokens)
        if !hasEveryByte { EncodedToken.refuseMissing(in: &tokens, from: first) }
        return
      }
      var missing = MissingBytes()
      // Not told by the id: the unknown token can be a byte's own token too.
      var isAfterUnknown = false
      for (place, byte) in word.enumerated() {
        let id = bytes[Int(byte)]
        if id >= 0 {
          scratch.merger.add(id, start: place)
          isAfterUnknown = false
        } else if unknown == EncodedToken.refused {
          tokens.append(EncodedToken(id: unknown, length: Int32(word.count)))
          return
        } else if unknown >= 0 {
          if !fuses || !isAfterUnknown { scratch.merger.add(unknown, start: place) }
          isAfterUnknown = true
        } else {
          missing.add(place..<place + 1, isFirst: scratch.merger.count == 0)
        }
      }
      missing.emitFirst(into: &tokens)
      merge(word, scratch: &scratch, into: &tokens)
      missing.mark(in: &tokens, from: first)
    }
  }

  @inline(__always)
  private func merge(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    let pairs = scratch.pairs
    switch rule {
    case .merges(let table): table.withRule { scratch.merger.run(word, rule: pairs.rule($0), into: &tokens) }
    case .ranks(let pieces): pieces.withRule { scratch.merger.run(word, rule: pairs.rule($0), into: &tokens) }
    }
  }
}
