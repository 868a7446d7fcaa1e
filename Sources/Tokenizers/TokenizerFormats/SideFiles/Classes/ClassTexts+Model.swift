import CMCFastJSON
import CMCPrimitives
import CMCVocabulary

extension ClassTexts {
  /// The fields of the model that are the class's, are others in the file, and change ids with this vocabulary.
  func modelFieldsThatDiffer() throws -> [String] {
    guard let fields = entry["fields"] else { return [] }
    switch description.algorithm {
    case .bpe(let model): return try bpe(model, fields)
    case .unigram(let model): return unigram(model, fields)
    case .wordPiece(let model):
      var result: [String] = []
      if let prefix = fields["continuing_subword_prefix"]?.string, prefix != model.continuingSubwordPrefix {
        result.append("continuing_subword_prefix")
      }
      if let length = fields["max_input_chars_per_word"]?.int, length != model.maximumWordLength {
        result.append("max_input_chars_per_word")
      }
      if try unknownDiffers(model.unknown, fields) { result.append("unk_token") }
      return named(result)
    default: return []
    }
  }

  private func named(_ fields: [String]) -> [String] { fields.map { "model." + $0 } }

  private func bpe(_ model: BPEModel, _ fields: JSONValue) throws -> [String] {
    var result: [String] = []
    if let prefix = fields["continuing_subword_prefix"]?.string, prefix != model.continuingSubwordPrefix {
      result.append("continuing_subword_prefix")
    }
    if let suffix = fields["end_of_word_suffix"]?.string, suffix != model.endOfWordSuffix {
      result.append("end_of_word_suffix")
    }
    if let ignores = fields["ignore_merges"]?.bool, ignores != model.ignoresMerges,
      hasPieceWithoutMerge(model)
    {
      result.append("ignore_merges")
    }
    let falls = fields["byte_fallback"]?.bool ?? model.byteFallback
    let fuses = fields["fuse_unk"]?.bool ?? model.fusesUnknown
    let otherUnknown = try unknownDiffers(model.unknown, fields)
    guard falls != model.byteFallback || fuses != model.fusesUnknown || otherUnknown else {
      return named(result)
    }
    guard !spellsEveryByte else { return named(result) }
    let bytes = description.vocabulary.kinds.count { $0 == .byte }
    if falls != model.byteFallback, bytes > 0 { result.append("byte_fallback") }
    // With fallback to all bytes nothing is unknown.
    if falls, model.byteFallback, bytes == 256 { return named(result) }
    if otherUnknown {
      result.append("unk_token")
    } else if fuses != model.fusesUnknown, model.unknown != nil {
      result.append("fuse_unk")
    }
    return named(result)
  }

  /// Whether the class's unknown token is another one than the file's.
  private func unknownDiffers(_ own: Int32?, _ fields: JSONValue) throws -> Bool {
    guard let stated = fields["unk_token"] else { return false }
    guard stated.string == "role" else { return own != nil }
    guard let text = text(role: "unk_token") else { return own != nil }
    return own == nil ? hasPiece(text) : !isPiece(own, text)
  }

  /// Whether text becomes characters that stand for bytes, all of which are pieces.
  private var spellsEveryByte: Bool {
    let isByteLevel =
      description.preTokenizers.contains { if case .byteLevel = $0 { true } else { false } }
      || description.normalizers.contains(.byteLevel)
    guard isByteLevel else { return false }
    var missing = Set(ByteLevelAlphabet.scalars.map { Array(String($0).utf8) })
    let pieces = description.vocabulary.pieces
    for id in 0..<pieces.count where pieces.length(id) <= 2 { missing.remove(Array(pieces[id])) }
    return missing.isEmpty
  }

  /// Whether there is a piece of several characters that no merge makes: it is found as a whole or not at all.
  private func hasPieceWithoutMerge(_ model: BPEModel) -> Bool {
    var isMade = [Bool](repeating: false, count: description.vocabulary.idLimit)
    for merge in model.merges where merge.result >= 0 && Int(merge.result) < isMade.count {
      isMade[Int(merge.result)] = true
    }
    for token in description.addedTokens where Int(token.id) < isMade.count { isMade[Int(token.id)] = true }
    let suffix = model.endOfWordSuffix.unicodeScalars.count
    let pieces = description.vocabulary.pieces
    return isMade.indices.contains { id in
      guard !isMade[id], description.vocabulary.kinds[id] != .byte, pieces.length(id) > 1 else {
        return false
      }
      let piece = String(decoding: pieces[id], as: UTF8.self)
      let hasSuffix = suffix > 0 && piece.hasSuffix(model.endOfWordSuffix)
      return piece.unicodeScalars.count > 1 + (hasSuffix ? suffix : 0)
    }
  }

  private func unigram(_ model: ScoredModel, _ fields: JSONValue) -> [String] {
    var result: [String] = []
    let bytes = description.vocabulary.kinds.count { $0 == .byte }
    let falls = fields["byte_fallback"]?.bool ?? model.byteFallback
    if falls != model.byteFallback, bytes > 0 { result.append("byte_fallback") }
    if falls, model.byteFallback, bytes == 256 { return named(result) }
    if let rule = fields["unk_id"], unknownDiffers(model, rule) { result.append("unk_id") }
    return named(result)
  }

  /// Whether a class that counts its unknown token, or looks for it, comes to another id than the file has.
  private func unknownDiffers(_ model: ScoredModel, _ rule: JSONValue) -> Bool {
    var number = rule["id"]?.int
    if let argument = rule["argument"]?.string, case .number(let stated)? = arguments[argument] {
      number = stated
    }
    if rule["token"]?.bool == true, let text = text(role: "unk_token") {
      let isOwn = isPiece(model.unknown, text)
      guard rule["scored_zero"]?.bool == true else { return !isOwn }
      if isOwn, let unknown = model.unknown, model.score(Int(unknown)) == 0 { return false }
      // The class may have found it elsewhere; with another score it takes a number.
      if !isOwn, hasPiece(text) { return true }
    }
    guard let number else { return false }
    return model.unknown.map { Int($0) } != number
  }
}
