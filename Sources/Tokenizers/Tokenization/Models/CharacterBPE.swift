import CMCPrimitives
import CMCVocabulary

/// Byte-pair encoding over characters: SentencePiece by score, and its like in the HF library by merges.
struct CharacterBPE: WordModel {
  /// Parts longer than this are cut at any safe place, not only before U+2581.
  private static let partLength = 48

  private let rule: Rule
  private let pieces: ByteStringIndex
  private let characters: CharacterTable
  private let boundaries: PieceBoundaries
  private let fallback: UnknownText
  private let frozen: ByteTrie?
  private let takesWholeWords: Bool
  private let continuingPrefix: [UInt8]
  private let endOfWordSuffix: [UInt8]
  private let unusedSplits: UnusedPieces?

  private enum Rule: Sendable {
    case merges(MergeTable)
    case scores(PrioritizedPieces)
  }

  /// Where text can be cut before a space, or nil where what is whole decides.
  var cutBoundaries: PieceBoundaries? {
    guard continuingPrefix.isEmpty, endOfWordSuffix.isEmpty, !takesWholeWords, !fallback.mayDrop,
      !fallback.isAmbiguous
    else {
      return nil
    }
    // Text without a token fuses across a cut, but not with a mark that has one.
    let mark = SentencePieceSpaces.mark.withUnsafeBufferPointer { mark in
      pieces.withUnsafeLookup { $0.row(of: mark) }
    }
    return mark == nil ? nil : boundaries
  }

  /// The HF library's encoding by merges.
  init(_ model: BPEModel, pieces known: ModelPieces) {
    let vocabulary = known.vocabulary
    let isPiece: (Int) -> Bool = {
      known.contains($0, kinds: { $0 == .text || $0 == .fragment || $0 == .byte })
    }
    rule = .merges(MergeTable(model.merges, keepsFirst: model.mergesTexts))
    pieces = ByteStringIndex(vocabulary.pieces, where: isPiece)
    characters = CharacterTable(pieces)
    boundaries = PieceBoundaries(vocabulary.pieces, where: isPiece)
    fallback = UnknownText(
      known, unknown: model.unknown, usesBytes: model.byteFallback, fuses: model.fusesUnknown)
    frozen = nil
    takesWholeWords = model.ignoresMerges
    continuingPrefix = Array(model.continuingSubwordPrefix.utf8)
    endOfWordSuffix = Array(model.endOfWordSuffix.utf8)
    unusedSplits = nil
  }

  /// SentencePiece's encoding by score.
  init(_ model: ScoredModel, pieces known: ModelPieces) {
    let vocabulary = known.vocabulary
    let unused = Set(model.unused)
    let others = unused.union(model.alsoPieces)
    let isPiece: (Int) -> Bool = { id in known.contains(id) || others.contains(Int32(id)) }
    let prioritized = PrioritizedPieces(
      vocabulary.pieces, priorities: Self.priorities(model.scores, count: vocabulary.idLimit), where: isPiece)
    rule = .scores(prioritized)
    pieces = prioritized.index
    characters = CharacterTable(pieces)
    boundaries = PieceBoundaries(vocabulary.pieces, where: isPiece)
    fallback = UnknownText(
      known, unknown: model.unknown, usesBytes: model.byteFallback, fuses: true)
    frozen =
      model.userDefined.isEmpty
      ? nil : ByteTrie(model.userDefined.map { (Array(vocabulary.pieces[Int($0)]), $0) })
    takesWholeWords = false
    continuingPrefix = []
    endOfWordSuffix = []
    unusedSplits = unused.isEmpty ? nil : UnusedPieces(unused)
  }

  /// Dense ranks of the scores, the highest score first; equal scores have equal ranks.
  private static func priorities(_ scores: [Float], count: Int) -> [UInt32] {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var result = [UInt32](repeating: UInt32.max - 1, count: max(count, scores.count))
    var rank: UInt32 = 0
    for (place, id) in order.enumerated() {
      if place > 0, scores[order[place - 1]] != scores[id] { rank += 1 }
      result[id] = rank
    }
    return result
  }

  func encode(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    guard let frozen else { return encodeParts(word, scratch: &scratch, into: &tokens) }
    // User-defined pieces are found first, the longest at each place, and take no part in merging.
    var start = 0
    var place = 0
    while place < word.count {
      if let (length, id) = frozen.longestMatch(in: word, from: place) {
        encodeParts(UnsafeBufferPointer(rebasing: word[start..<place]), scratch: &scratch, into: &tokens)
        tokens.append(EncodedToken(id: id, length: Int32(length)))
        place += length
        start = place
      } else {
        place += min(characterLength(word[place]), word.count - place)
      }
    }
    encodeParts(UnsafeBufferPointer(rebasing: word[start..<place]), scratch: &scratch, into: &tokens)
  }

  /// Cuts at safe places and encodes part by part.
  private func encodeParts(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken]
  ) {
    // What is dropped lets its neighbours merge, so no place beside it is safe.
    guard continuingPrefix.isEmpty, endOfWordSuffix.isEmpty, !takesWholeWords, !fallback.mayDrop,
      !fallback.isAmbiguous
    else {
      return encodePart(word, scratch: &scratch, into: &tokens)
    }
    var start = 0
    var place = 0
    var goesOn = false
    var previous: Unicode.Scalar = "\0"
    while place < word.count {
      let (value, length) = scalar(at: place, in: word)
      if place > start {
        let isCandidate = value == "\u{2581}" ? previous != "\u{2581}" : place - start > Self.partLength
        if isCandidate, boundaries.isSafe(previous, value) {
          encodePart(
            UnsafeBufferPointer(rebasing: word[start..<place]), scratch: &scratch, into: &tokens,
            goesOn: goesOn)
          start = place
          goesOn = true
        }
      }
      previous = value
      place += length
    }
    if start < place {
      encodePart(
        UnsafeBufferPointer(rebasing: word[start..<place]), scratch: &scratch, into: &tokens, goesOn: goesOn)
    }
  }

  private func encodePart(
    _ word: UnsafeBufferPointer<UInt8>, scratch: inout WordScratch, into tokens: inout [EncodedToken],
    goesOn: Bool = false
  ) {
    let first = tokens.count
    scratch.cached(word, into: &tokens) { scratch, tokens in
      if takesWholeWords, let id = pieces.withUnsafeLookup({ $0.row(of: word) }) {
        tokens.append(EncodedToken(id: Int32(id), length: Int32(word.count)))
        return
      }
      let whole = tokens.count
      var missing = MissingBytes()
      addSymbols(of: word, to: &scratch.merger, missing: &missing)
      missing.emitFirst(into: &tokens)
      let start = tokens.count
      let pairs = scratch.pairs
      switch rule {
      case .merges(let table):
        table.withRule { scratch.merger.run(word, rule: pairs.rule($0), into: &tokens) }
      case .scores(let pieces):
        pieces.withRule { scratch.merger.run(word, rule: pairs.rule($0), into: &tokens) }
      }
      unusedSplits?.resolve(&tokens, from: start, word: word, pieces: pieces)
      fallback.resolve(&tokens, from: start, word: word, offset: missing.first)
      missing.mark(in: &tokens, from: whole)
    }
    if goesOn { fallback.fuse(&tokens, at: first) }
  }

  private func addSymbols(
    of word: UnsafeBufferPointer<UInt8>, to merger: inout BytePairMerger, missing: inout MissingBytes
  ) {
    merger.begin()
    guard continuingPrefix.isEmpty, endOfWordSuffix.isEmpty else {
      return addSpelledSymbols(of: word, to: &merger, missing: &missing)
    }
    characters.withUnsafeTable { table in
      var place = 0
      while place < word.count {
        let (value, length) = scalar(at: place, in: word)
        let id = table.id(of: value)
        if id < 0, fallback.drops(word[place..<place + length]) {
          missing.add(place..<place + length, isFirst: merger.count == 0)
        } else {
          merger.add(id, start: place)
        }
        place += length
      }
    }
  }

  /// The same where a character is spelled by its place in the word.
  private func addSpelledSymbols(
    of word: UnsafeBufferPointer<UInt8>, to merger: inout BytePairMerger, missing: inout MissingBytes
  ) {
    pieces.withUnsafeLookup { lookup in
      var place = 0
      while place < word.count {
        let length = min(characterLength(word[place]), word.count - place)
        let isLast = place + length == word.count
        let spelled =
          (place == 0 ? [] : continuingPrefix) + Array(word[place..<place + length])
          + (isLast ? endOfWordSuffix : [])
        let row = spelled.withUnsafeBufferPointer { lookup.row(of: $0) }
        if row == nil, fallback.drops(word[place..<place + length]) {
          missing.add(place..<place + length, isFirst: merger.count == 0)
        } else {
          merger.add(row.map { Int32($0) } ?? -1, start: place)
        }
        place += length
      }
    }
  }
}
