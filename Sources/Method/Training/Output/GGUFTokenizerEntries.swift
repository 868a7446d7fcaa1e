internal import CMCGGUF
internal import CMCPrimitives
internal import CMCVocabulary

/// A tokenizer as entries of a GGUF file.
struct GGUFTokenizerEntries {
  /// The types of tokens, by llama.cpp's numbers.
  private enum TokenType: Int32 {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  private let description: TokenizerDescription
  private let rows: Int

  /// The entries of a tokenizer for a model with so many rows.
  init(_ description: TokenizerDescription, rows: Int) {
    self.description = description
    self.rows = rows
  }

  /// Adds the entries.
  ///
  /// - Throws: ``TrainingError/unwritable(_:format:)`` for tokenizers that GGUF has no model for.
  func add(to entries: inout GGUFEntries) throws {
    switch description.algorithm {
    case .bpe(let bpe) where !bpe.byteFallback && isByteLevel:
      entries.set("tokenizer.ggml.model", "gpt2")
      entries.set("tokenizer.ggml.pre", try cuts())
      let pieces = description.vocabulary.pieces
      entries.set(
        "tokenizer.ggml.merges",
        bpe.merges.map { Array(pieces[Int($0.left)]) + [0x20] + Array(pieces[Int($0.right)]) })
    case .bpe(let bpe) where bpe.byteFallback:
      entries.set("tokenizer.ggml.model", "llama")
      // A piece's score is the place of the first merge that makes it: the earlier, the higher.
      var scores = [Float](repeating: -Float(bpe.merges.count) - 1, count: rows)
      for (rank, merge) in bpe.merges.enumerated().reversed() { scores[Int(merge.result)] = -Float(rank) }
      entries.set("tokenizer.ggml.scores", scores)
      entries.set("tokenizer.ggml.add_space_prefix", addsSpace)
    case .scoredBPE(let scored):
      entries.set("tokenizer.ggml.model", "llama")
      var scores = scored.scores
      while scores.count < rows { scores.append(0) }
      entries.set("tokenizer.ggml.scores", scores)
      entries.set("tokenizer.ggml.add_space_prefix", addsSpace)
    default:
      throw TrainingError.unwritable("a \(description.algorithm.name) tokenizer", format: "GGUF")
    }
    addTokens(to: &entries)
  }

  private var isByteLevel: Bool {
    description.preTokenizers.contains { if case .byteLevel = $0 { true } else { false } }
      || description.decoders.contains { if case .byteLevel = $0 { true } else { false } }
  }

  /// Whether a space is put before a text.
  private var addsSpace: Bool {
    let puts = description.normalizers.contains { step in
      switch step {
      case .prepend: true
      case .sentencePieceSpaces(let addsPrefix, _, _, _): addsPrefix
      default: false
      }
    }
    return puts
      || description.preTokenizers.contains { step in
        if case .metaspace(_, let prepend, _) = step { prepend != .never } else { false }
      }
  }

  /// llama.cpp's name for how text is cut into words; GPT-2's own pattern is the one that is known here.
  private func cuts() throws -> String {
    switch description.preTokenizers.first {
    case .byteLevel where description.preTokenizers.count == 1: return "gpt-2"
    case .gguf(let name)?: return name
    default: throw TrainingError.unwritable("a tokenizer with its own way to cut words", format: "GGUF")
    }
  }

  private func addTokens(to entries: inout GGUFEntries) {
    let vocabulary = description.vocabulary
    var tokens: [[UInt8]] = []
    var types: [Int32] = []
    for id in 0..<rows {
      let kind = id < vocabulary.idLimit ? vocabulary.kind(Int32(id)) : .hole
      let type: TokenType
      switch kind {
      case .hole: type = .unused
      case .special: type = vocabulary.ids(of: .unk).contains(Int32(id)) ? .unknown : .control
      case .byte: type = .byte
      case .text, .fragment: type = .normal
      }
      tokens.append(kind == .hole ? Array("[PAD\(id)]".utf8) : Array(vocabulary.pieces[id]))
      types.append(type.rawValue)
    }
    entries.set("tokenizer.ggml.tokens", tokens)
    entries.set("tokenizer.ggml.token_type", types)
    for (role, key) in [
      (TokenRole.bos, "bos"), (.eos, "eos"), (.endOfTurn, "eot"), (.unk, "unknown"), (.pad, "padding"),
    ] {
      if let id = vocabulary.ids(of: role).first {
        entries.set("tokenizer.ggml.\(key)_token_id", Int(id))
      }
    }
    let ends = templateEnds
    entries.set("tokenizer.ggml.add_bos_token", ends.begins && vocabulary.ids(of: .bos).first != nil)
    if ends.ends, vocabulary.ids(of: .eos).first != nil { entries.set("tokenizer.ggml.add_eos_token", true) }
  }

  /// Whether special tokens are put before a text, and behind it.
  private var templateEnds: (begins: Bool, ends: Bool) {
    for case .template(let single, _) in description.postProcessors {
      func isSpecial(_ item: TemplateItem?) -> Bool {
        if case .special? = item { true } else { false }
      }
      return (isSpecial(single.first), isSpecial(single.last))
    }
    return (false, false)
  }
}
