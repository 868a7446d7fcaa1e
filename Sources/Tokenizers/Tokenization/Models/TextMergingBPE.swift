import CMCPrimitives
import CMCVocabulary

/// llama.cpp's byte-pair encoding of a vocabulary that lacks tokens.
///
/// Merges are of texts: what no token is takes part in them, and keeps its neighbours apart. When nothing merges any more,
/// what is no token still becomes the tokens of its bytes; a byte without one is dropped.
struct TextMergingBPE: WordModel {
  private let merges: MergeTable
  private let pieces: ByteStringIndex
  private let isByteLevel: Bool
  private let takesWholeWords: Bool
  /// The id of each byte in merging, -1 for one that no merge has; of byte-level models.
  private let symbols: [Int32]
  /// The ids of characters that are no tokens, in merging; of other models.
  private let characters: [[UInt8]: Int32]
  /// Ids from here on are of texts that no token is.
  private let limit: Int32
  /// What each byte becomes in the end, or -1.
  private let bytes: [Int32]

  /// The encoding, or nil where the faster one gives the same.
  init?(ifNeededBy model: BPEModel, pieces known: ModelPieces, isByteLevel: Bool) {
    guard model.mergesTexts else { return nil }
    let vocabulary = known.vocabulary
    let index = ByteStringIndex(vocabulary.pieces) { vocabulary.kinds[$0] != .hole }
    let names = (0...255).map { isByteLevel ? Self.symbol($0) : Self.bytePiece($0) }
    let tokens = names.map { name in index.row(of: name).map { Int32($0) } ?? -1 }
    let isComplete = tokens.allSatisfy { $0 >= 0 && (isByteLevel || vocabulary.kinds[Int($0)] == .byte) }
    if isComplete, model.textMerges == nil, isByteLevel || Self.mergesLines(model, vocabulary) { return nil }
    var texts: [[UInt8]: Int32] = [:]
    for (place, text) in (model.textMerges?.pieces ?? []).enumerated() {
      texts[text] = Int32(vocabulary.idLimit + place)
    }
    merges = MergeTable(model.textMerges?.merges ?? model.merges, keepsFirst: true)
    pieces = index
    self.isByteLevel = isByteLevel
    takesWholeWords = model.ignoresMerges
    limit = Int32(vocabulary.idLimit)
    symbols = isByteLevel ? zip(names, tokens).map { $1 >= 0 ? $1 : texts[$0] ?? -1 } : []
    characters = isByteLevel ? [:] : texts.filter { $0.key.count <= 4 }
    // Of the characters that stand for bytes llama.cpp looks for those of one byte only.
    bytes = isByteLevel ? (0...255).map { (0x21...0x7E).contains($0) ? tokens[$0] : -1 } : tokens
  }

  /// Whether each token of line feeds alone is what merging makes of them; llama.cpp takes it whole.
  private static func mergesLines(_ model: BPEModel, _ vocabulary: Vocabulary) -> Bool {
    let lines = (0..<vocabulary.idLimit).filter { id in
      vocabulary.kinds[id] != .hole && vocabulary.pieces[id].allSatisfy { $0 == 0x0A }
    }.map(Int32.init)
    guard let longest = lines.map({ vocabulary.pieces[Int($0)].count }).max() else { return true }
    guard let line = lines.first(where: { vocabulary.pieces[Int($0)].count == 1 }) else { return false }
    let made = Set(lines)
    let table = MergeTable(model.merges.filter { made.contains($0.result) }, keepsFirst: true)
    let text = [UInt8](repeating: 0x0A, count: longest)
    var merger = BytePairMerger()
    return lines.allSatisfy { id in
      var tokens: [EncodedToken] = []
      let count = vocabulary.pieces[Int(id)].count
      merger.begin()
      for place in 0..<count { merger.add(line, start: place) }
      text.withUnsafeBufferPointer { text in
        let word = UnsafeBufferPointer(rebasing: text[..<count])
        table.withRule { merger.run(word, rule: $0, into: &tokens) }
      }
      return tokens.map(\.id) == [id]
    }
  }

  /// The character that stands for a byte.
  private static func symbol(_ byte: Int) -> [UInt8] { Array(String(ByteLevelAlphabet.scalars[byte]).utf8) }

  /// The piece of a byte where bytes are fallen back to.
  private static func bytePiece(_ byte: Int) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], UInt8(ascii: ">")]
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    scratch.cached(word, into: &tokens) { scratch, tokens in
      if let id = whole(word) {
        tokens.append(EncodedToken(id: id, length: Int32(word.count)))
        return
      }
      addSymbols(of: word, to: &scratch.merger)
      let start = tokens.count
      let pairs = scratch.pairs
      merges.withRule { scratch.merger.run(word, rule: pairs.rule($0), into: &tokens) }
      resolve(&tokens, from: start, word: word)
    }
  }

  /// The token that a word is without any merge.
  private func whole(_ word: UnsafeBufferPointer<UInt8>) -> Int32? {
    guard takesWholeWords || (!isByteLevel && word.allSatisfy { $0 == 0x0A }) else { return nil }
    let text = isByteLevel ? Array(ByteLevelAlphabet.piece(of: word).utf8) : Array(word)
    return pieces.row(of: text).map { Int32($0) }
  }

  private func addSymbols(of word: UnsafeBufferPointer<UInt8>, to merger: inout BytePairMerger) {
    merger.begin()
    guard !isByteLevel else { return merger.add(word, table: symbols) }
    pieces.withUnsafeLookup { lookup in
      var place = 0
      while place < word.count {
        let length = min(characterLength(word[place]), word.count - place)
        let character = UnsafeBufferPointer(rebasing: word[place..<place + length])
        let id = lookup.row(of: character).map { Int32($0) } ?? characters[Array(character)] ?? -1
        merger.add(id, start: place)
        place += length
      }
    }
  }

  /// Replaces what is no token by the tokens of its bytes, from a place on.
  private func resolve(
    _ tokens: inout [EncodedToken], from start: Int, word: UnsafeBufferPointer<UInt8>
  ) {
    guard tokens[start...].contains(where: { $0.id < 0 || $0.id >= limit }) else { return }
    var result: [EncodedToken] = []
    var place = 0
    for token in tokens[start...] {
      let end = place + Int(token.length)
      if token.id >= 0, token.id < limit {
        result.append(token)
      } else {
        result += word[place..<end].map { EncodedToken(id: bytes[Int($0)], length: 1) }
      }
      place = end
    }
    tokens.replaceSubrange(start..., with: result)
  }
}
