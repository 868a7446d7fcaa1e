import CMCPrimitives
import CMCVocabulary

/// Which tokens of a vocabulary are pieces of its model, so that text can become them without a search for added tokens.
///
/// In a `tokenizer.json`, a `vocab.txt` and a `vocab.json` of bytes these are all entries of the model, marks and byte
/// pieces included; so they are to llama.cpp's merges, which look for the text of a token whatever it is. Elsewhere a token's
/// kind tells, which files beside the model may have changed.
struct ModelPieces {
  let vocabulary: Vocabulary
  /// Whether text that has no token is an error.
  let refusesUnknown: Bool
  private let isListed: Bool
  private var takesAllKinds: Bool
  /// Whether a token is there by being added alone, for each id; empty where none is.
  private let isAddedOnly: [Bool]
  /// The pieces whose kind does not tell that they are.
  private let marked: Set<Int32>

  init(_ description: TokenizerDescription) {
    vocabulary = description.vocabulary
    takesAllKinds = if case .bpe(let model) = description.algorithm { model.mergesTexts } else { false }
    isListed =
      switch description.format {
      case .tokenizerJSON, .wordPieceText: true
      case .vocabAndMerges: description.decoders.contains(.byteLevel)
      default: false
      }
    var isAddedOnly: [Bool] = []
    if isListed, !description.addedOnlyIDs.isEmpty {
      isAddedOnly = [Bool](repeating: false, count: vocabulary.idLimit)
      for id in description.addedOnlyIDs where isAddedOnly.indices.contains(Int(id)) {
        isAddedOnly[Int(id)] = true
      }
    }
    self.isAddedOnly = isAddedOnly
    marked = description.markedPieceIDs
    refusesUnknown = isListed && description.missingUnknown != nil
  }

  /// The same, where kinds tell whatever the format: of models that score pieces.
  var byKind: ModelPieces {
    var copy = self
    copy.takesAllKinds = false
    return copy
  }

  /// Whether a token is a piece; `kinds` tells where the file does not list its model's.
  func contains(
    _ id: Int, kinds isOfKind: (TokenKind) -> Bool = { $0 == .text || $0 == .fragment }
  ) -> Bool {
    let kind = vocabulary.kinds[id]
    guard isListed else {
      if takesAllKinds { return kind != .hole }
      return isOfKind(kind) || !marked.isEmpty && marked.contains(Int32(id))
    }
    return kind != .hole && (isAddedOnly.isEmpty || !isAddedOnly[id])
  }

  /// The byte that a piece stands for where bytes are fallen back to; in a `tokenizer.json` its spelling alone tells.
  func byte(of id: Int) -> UInt8? {
    guard isListed || marked.contains(Int32(id)) else {
      return vocabulary.kinds[id] == .byte ? vocabulary.canonical[id].first : nil
    }
    guard vocabulary.pieces[id].count == 6 else { return nil }
    let piece = Array(vocabulary.pieces[id])
    guard let byte = DecoderStep.byte(of: piece), !piece.dropFirst(3).contains(where: { $0 >= 0x61 }) else {
      return nil
    }
    return byte
  }

  /// Every piece of the model with the lowest score, for Unigram; nil where a kind tells.
  var isLibrarys: Bool { isListed }

  /// Refuses what the library does with byte pieces and unknown tokens in no sensible order.
  func check(_ model: BPEModel, name: String) throws(TokenizationError) {
    guard isListed else { return }
    var bytes: Set<Int32> = []
    if model.byteFallback {
      bytes = Set((0..<vocabulary.idLimit).filter { contains($0) && byte(of: $0) != nil }.map(Int32.init))
    }
    if model.byteFallback, (1..<256).contains(bytes.count) {
      throw .unsupported(
        part: "model", name: "BPE with byte_fallback and \(bytes.count) of the 256 byte pieces",
        tokenizer: name)
    }
    if model.byteFallback, !bytes.isEmpty, model.continuingSubwordPrefix + model.endOfWordSuffix != "" {
      throw .unsupported(
        part: "model", name: "BPE with byte_fallback and a prefix or suffix of word parts", tokenizer: name)
    }
    let odd = model.merges.contains {
      $0.left == model.unknown || $0.right == model.unknown
        || (model.byteFallback && (bytes.contains($0.left) || bytes.contains($0.right)))
    }
    if odd {
      throw .unsupported(
        part: "model", name: "BPE with merges of its unknown token or of byte pieces", tokenizer: name)
    }
  }
}

extension EncodedToken {
  /// The id of a part of the text that has no token, where that is an error.
  static let refused = Int32.min

  /// Makes every token without an id from a place on a refused one.
  static func refuseMissing(in tokens: inout [EncodedToken], from start: Int) {
    for place in start..<tokens.count where tokens[place].id < 0 { tokens[place].id = refused }
  }
}
