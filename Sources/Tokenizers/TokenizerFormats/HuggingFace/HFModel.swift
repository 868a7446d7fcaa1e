import CMCFastJSON
import CMCFieldTables
import CMCPrimitives
import CMCVocabulary

/// The `model` of a `tokenizer.json`.
struct HFModel {
  enum Kind: Equatable {
    case bpe, unigram, wordPiece, wordLevel
    case unknown(String)
  }

  let kind: Kind
  let value: JSONValue
  let pieces: PieceList
  /// From piece to row of ``pieces``.
  let index: ByteStringIndex
  let byteFallback: Bool
  /// The unknown token's id and the member that names it.
  let unknown: (id: Int32, source: String)?
  /// Why text without a token is an error in the library, where it is.
  let missingUnknown: String?
  /// What the file says without effect, a sentence each.
  private(set) var notes: [String] = []

  /// Reads the vocabulary; the merges wait for ``algorithm(idLimit:)``.
  init(_ value: JSONValue) throws {
    self.value = value
    let vocab = try value.require("vocab")
    kind = Self.kind(of: value, vocab: vocab)
    let section =
      switch kind {
      case .bpe: "BPE"
      case .unigram: "Unigram"
      case .wordPiece: "WordPiece"
      case .wordLevel: "WordLevel"
      case .unknown(let name): name
      }
    if FieldTable.tokenizerJSON["model: \(section)"] != nil {
      try FieldTable.tokenizerJSON.check(value, in: "model: \(section)")
    }
    pieces = vocab.isArray ? try PieceList(scored: vocab) : try PieceList(object: vocab)
    index = pieces.index()
    if kind != .unigram, let (earlier, later) = index.firstDuplicate {
      throw HFTokenizerError.duplicatePiece(
        piece: quoted(pieces.pieces[later]), id: Int(pieces.ids[earlier]), otherID: Int(pieces.ids[later]))
    }
    byteFallback = value["byte_fallback"]?.bool ?? false
    if let number = value["unk_id"], !number.isNull {
      let id = try number.expect("an integer") { $0.int }
      guard id >= 0, id < pieces.count else {
        throw HFTokenizerError.unknownIDOutOfRange(id: id, count: pieces.count)
      }
      unknown = (Int32(id), "tokenizer.json: model.unk_id")
      missingUnknown = nil
    } else if let token = value["unk_token"]?.stringBytes {
      unknown = index.row(of: token).map { [pieces] in (pieces.ids[$0], "tokenizer.json: model.unk_token") }
      missingUnknown =
        unknown == nil ? "model.unk_token \(quoted(token)) is not in the vocabulary (tokenizer.json)" : nil
      if unknown == nil {
        notes.append("tokenizer.json: model.unk_token \(quoted(token)) is not in the vocabulary.")
      }
    } else {
      unknown = nil
      missingUnknown =
        switch kind {
        case .bpe, .unknown: nil
        case .unigram: "the model has no unknown token (tokenizer.json: model.unk_id)"
        case .wordPiece, .wordLevel: "the model has no unknown token (tokenizer.json: model.unk_token)"
        }
    }
  }

  /// The prefix or suffix of a member, empty where there is none.
  func text(_ key: String) -> String { value[key]?.string ?? "" }

  /// How text becomes tokens.
  ///
  /// - Throws: ``HFTokenizerError`` for a merge that does not fit the vocabulary.
  func algorithm(idLimit: Int) throws -> EncodingAlgorithm {
    switch kind {
    case .bpe: return .bpe(try bpe())
    case .unigram:
      var model = ScoredModel(
        scores: pieces.scoresByID(limit: idLimit), unknown: unknown?.id, byteFallback: byteFallback)
      model.exactScores = pieces.exactScoresByID(limit: idLimit)
      return .unigram(model)
    case .wordPiece:
      var model = WordPieceModel(unknown: unknown?.id)
      model.continuingSubwordPrefix = value["continuing_subword_prefix"]?.string ?? "##"
      model.maximumWordLength = value["max_input_chars_per_word"]?.int ?? 100
      return .wordPiece(model)
    case .wordLevel: return .wordLevel(unknown: unknown?.id)
    case .unknown(let name): return .unknown(name)
    }
  }

  private func bpe() throws -> BPEModel {
    let prefix = text("continuing_subword_prefix")
    let merges = try value.require("merges")
    var model = BPEModel(
      merges: try pieces.resolve(merges: merges, continuingSubwordPrefix: prefix, index: index))
    model.unknown = unknown?.id
    model.fusesUnknown = value["fuse_unk"]?.bool ?? false
    model.byteFallback = byteFallback
    model.ignoresMerges = value["ignore_merges"]?.bool ?? false
    model.continuingSubwordPrefix = prefix
    model.endOfWordSuffix = text("end_of_word_suffix")
    return model
  }

  /// Files of before version 0.9 of the library do not name the type; their members tell it.
  private static func kind(of model: JSONValue, vocab: JSONValue) -> Kind {
    switch model["type"]?.string {
    case "BPE": .bpe
    case "Unigram": .unigram
    case "WordPiece": .wordPiece
    case "WordLevel": .wordLevel
    case .some(let name): .unknown(name)
    case .none:
      if model["merges"] != nil {
        .bpe
      } else if vocab.isArray {
        .unigram
      } else {
        model["continuing_subword_prefix"] != nil ? .wordPiece : .wordLevel
      }
    }
  }
}
