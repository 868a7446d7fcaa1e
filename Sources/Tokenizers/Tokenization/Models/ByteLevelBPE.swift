import CMCPrimitives
import CMCVocabulary

/// Byte-pair encoding over bytes: GPT-2 and its heirs by merges, tiktoken and Tekken by rank.
struct ByteLevelBPE: WordModel {
  /// The token of each byte, -1 where the vocabulary has none.
  private let bytes: [Int32]
  private let hasEveryByte: Bool
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
    rule = .merges(MergeTable(model.merges))
    // A piece with a character that spells no byte is found in no text.
    wholeWords =
      model.ignoresMerges
      ? ByteStringIndex(vocabulary.canonical) {
        known.contains($0) && Self.spellsBytes(vocabulary.pieces[$0])
      } : nil
    unknown = model.unknown ?? (known.refusesUnknown ? EncodedToken.refused : -1)
    fuses = model.fusesUnknown
  }

  private static func spellsBytes(_ piece: ArraySlice<UInt8>) -> Bool {
    var bytes: [UInt8] = []
    return piece.withUnsafeBufferPointer { ByteLevelAlphabet.appendBytes(of: $0, to: &bytes) }
  }

  /// The encoding by rank; a word that is a token is taken whole, which merging would give too.
  init(_ model: RankedBPEModel, vocabulary: Vocabulary) {
    let ranks = Int(model.firstID)..<Int(model.firstID) + model.rankCount
    let pieces = PrioritizedPieces(
      vocabulary.canonical, priorities: (0..<UInt32(vocabulary.idLimit)).map { $0 },
      where: { ranks.contains($0) && vocabulary.kinds[$0] != .hole && !vocabulary.canonical[$0].isEmpty })
    bytes = (0...255).map { byte in pieces.index.row(of: [UInt8(byte)]).map { Int32($0) } ?? -1 }
    wholeWords = pieces.index
    hasEveryByte = bytes.allSatisfy { $0 >= 0 }
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
      guard !hasEveryByte else {
        scratch.merger.add(word, table: bytes)
        return merge(word, scratch: &scratch, into: &tokens)
      }
      let first = tokens.count
      var missing = MissingBytes()
      for (place, byte) in word.enumerated() {
        let id = bytes[Int(byte)]
        if id >= 0 {
          scratch.merger.add(id, start: place)
        } else if unknown == EncodedToken.refused {
          tokens.append(EncodedToken(id: unknown, length: Int32(word.count)))
          return
        } else if unknown >= 0 {
          if !fuses || scratch.merger.last != unknown { scratch.merger.add(unknown, start: place) }
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
