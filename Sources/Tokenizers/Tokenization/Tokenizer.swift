import CMCPrimitives
public import CMCVocabulary

/// A tokenizer that encodes and decodes as the original library of its model does.
///
/// Made from a ``TokenizerDescription``; immutable, and safe to use from several threads. What encoding needs of
/// memory is kept in sessions, which are lent out and taken back.
public struct Tokenizer: Sendable {
  /// What the tokenizer was made from.
  public let description: TokenizerDescription
  let normalization: NormalizationPlan
  let preTokenization: PreTokenizationPlan
  let model: any WordModel
  let rawTokens: AddedTokenMatcher?
  let normalizedTokens: AddedTokenMatcher?
  let prefix: [Int32]
  let suffix: [Int32]
  let decoding: DecodingPlan
  /// The library's own way to text, where canonical bytes joined are not it.
  let textDecoder: (any TextDecoder)?
  let cutRule: CutRule
  /// Why text without a token is an error, where it is.
  let missingUnknown: String?
  private let sessions = SessionPool()

  /// Compiles a description.
  ///
  /// - Throws: ``TokenizationError`` for a part that this version does not execute; it names the part.
  /// - Complexity: O(bytes of the vocabulary).
  public init(_ description: TokenizerDescription) throws(TokenizationError) {
    self.description = description
    normalization = try NormalizationPlan(description)
    preTokenization = try PreTokenizationPlan(description)
    model = try Self.model(description, isByteLevel: preTokenization.isByteLevel)
    missingUnknown = description.missingUnknown ?? model.failure
    var added = description.addedTokens
    // A class of transformers that builds its own steps over the model has none of SentencePiece's.
    let followsModel = description.normalizers.contains {
      if case .sentencePieceSpaces = $0 { true } else { false }
    }
    if description.format == .sentencePiece, followsModel {
      // User-defined pieces are found in normalised text by the model itself; it knows nothing of tokens that files
      // beside it add.
      added.removeAll { !$0.isSpecial && !description.besideIDs.contains($0.id) }
    }
    rawTokens = AddedTokenMatcher(
      added.filter { !$0.isNormalized }.map { ($0, Array($0.content.utf8)) },
      stripsASCII: description.format == .gguf)
    let spelled = try Self.normalized(added, normalization, name: description.name)
    normalizedTokens = AddedTokenMatcher(spelled)
    (prefix, suffix) = try Self.surroundings(description)
    switch description.format {
    case .tokenizerJSON:
      decoding = DecodingPlan()
      textDecoder = try DecoderChain(
        description, spelled: Dictionary(spelled.map { ($0.token.id, $0.text) }) { $1 },
        special: Set(description.addedTokens.filter(\.isSpecial).map { Array($0.content.utf8) }))
    case .sentencePiece:
      decoding = DecodingPlan()
      textDecoder = SentencePieceDecoder(description)
    default:
      decoding = try DecodingPlan(description)
      textDecoder = nil
    }
    cutRule = CutRule(description, steps: preTokenization.steps, model: model)
  }

  /// The added tokens that are looked for in normalised text, each with what that text has in its place.
  private static func normalized(
    _ added: [AddedToken], _ normalization: NormalizationPlan, name: String
  ) throws(TokenizationError) -> [(token: AddedToken, text: [UInt8])] {
    var result: [(token: AddedToken, text: [UInt8])] = []
    var seen: Set<[UInt8]> = []
    for token in added where token.isNormalized {
      let text: [UInt8]
      do {
        let plain = TrackedText(Array(token.content.utf8), base: 0)
        text = try normalization.apply(to: plain, tracks: false, isContinuation: false).bytes
      } catch {
        throw .undecodable("\(name): the added token \(token.content) cannot be normalised: \(error)")
      }
      if !token.content.isEmpty, text.isEmpty || !seen.insert(text).inserted {
        throw .unsupported(
          part: "added token",
          name: "\(token.content), of which the normaliser leaves nothing that is its own",
          tokenizer: name)
      }
      result.append((token, text))
    }
    return result
  }

  private static func model(
    _ description: TokenizerDescription, isByteLevel: Bool
  ) throws(TokenizationError) -> any WordModel {
    let pieces = ModelPieces(description)
    switch description.algorithm {
    case .bpe(let model):
      try pieces.check(model, name: description.name)
      if let texts = TextMergingBPE(ifNeededBy: model, pieces: pieces, isByteLevel: isByteLevel) {
        return texts
      }
      return isByteLevel ? ByteLevelBPE(model, pieces: pieces) : CharacterBPE(model, pieces: pieces)
    case .rankedBPE(let model): return ByteLevelBPE(model, vocabulary: description.vocabulary)
    case .scoredBPE(let model): return CharacterBPE(model, pieces: pieces.byKind)
    case .unigram(let model):
      return try UnigramModel(
        model, pieces: pieces.byKind, library: UnigramModel.Library(description.format),
        name: description.name)
    case .wordPiece(let model): return WordPieceEncoder(model, pieces: pieces)
    case .wordLevel(let unknown): return WordLevelEncoder(unknown: unknown, pieces: pieces)
    case .characters(let model): return CharacterModel(model, pieces: pieces.byKind)
    case .words(let model): return SentencePieceWords(model, pieces: pieces.byKind)
    case .greedyTrie:
      return GreedyTrieEncoder(pieces: pieces.byKind, isRWKVs: description.format == .rwkv)
    case .unknown(let name):
      throw .unsupported(part: "model", name: name, tokenizer: description.name)
    }
  }

  private static func afterTemplate(_ name: String) -> TokenizationError {
    .unsupported(
      part: "post-processor", name: "Sequence in which another adds tokens after TemplateProcessing",
      tokenizer: name)
  }

  /// The tokens before and after a single text.
  private static func surroundings(
    _ description: TokenizerDescription
  ) throws(TokenizationError) -> (prefix: [Int32], suffix: [Int32]) {
    var prefix: [Int32] = []
    var suffix: [Int32] = []
    var isStated = false
    var hasTemplate = false
    for step in description.postProcessors {
      switch step {
      case .byteLevel: continue
      case .bert(let cls, let sep), .roberta(let cls, let sep):
        guard !hasTemplate else { throw Self.afterTemplate(description.name) }
        prefix = [cls] + prefix
        suffix.append(sep)
        isStated = true
      case .template(let single, _):
        if hasTemplate { throw Self.afterTemplate(description.name) }
        hasTemplate = true
        let sequences = single.filter { if case .sequence = $0 { true } else { false } }
        guard sequences == [.sequence("A")] else {
          throw .unsupported(
            part: "post-processor", name: "TemplateProcessing whose `single` does not have A once",
            tokenizer: description.name)
        }
        var isBefore = true
        var before: [Int32] = []
        for item in single {
          switch item {
          case .sequence: isBefore = false
          case .special(let ids): if isBefore { before += ids } else { suffix += ids }
          }
        }
        prefix = before + prefix
        isStated = true
      case .unknown(let name):
        throw .unsupported(part: "post-processor", name: name, tokenizer: description.name)
      }
    }
    // Files that cannot say it belong to models that are all prompted with a beginning.
    let impliesBOS =
      description.format == .sentencePiece || description.format == .tekken || description.format == .llama2c
      || description.family == "llama-3" || description.family == "llama-4"
    if !isStated, impliesBOS, description.format != .tokenizerJSON, description.format != .gguf,
      let bos = description.vocabulary.ids(of: .bos).first
    {
      prefix = [bos]
    }
    return (prefix, suffix)
  }

  /// Lends a session to one caller at a time.
  func withSession<R>(_ body: (EncodingSession) throws -> R) rethrows -> R {
    let session = sessions.take() ?? EncodingSession(matchers: preTokenization.makeMatchers())
    defer { sessions.giveBack(session) }
    return try body(session)
  }
}
