public import CMCVocabulary

/// A token map weighted by how often the source tokenizer really gives each token on a corpus.
public struct CorpusCoverage: Codable, Sendable, Equatable {
  /// One part of the corpus: a file, a subject, a language.
  public struct Domain: Codable, Sendable, Equatable {
    /// The part's name.
    public var name: String
    /// What was counted in it.
    public var figures: CoverageFigures
  }

  /// The whole corpus.
  public var total: CoverageFigures
  /// Its parts, in the order they were given.
  public var domains: [Domain]

  /// Puts figures together.
  ///
  /// - Parameters:
  ///   - total: Those of the whole corpus.
  ///   - domains: Those of its parts.
  package init(total: CoverageFigures, domains: [Domain]) {
    (self.total, self.domains) = (total, domains)
  }
}

/// What was counted on a corpus or a part of it.
///
/// The bytes of a token are its canonical ones; a special token has none, as it contributes nothing to text.
public struct CoverageFigures: Codable, Sendable, Equatable {
  /// The text that was read.
  public var text = CorpusTextFigures()
  /// All tokens that the source tokenizer gave.
  public var tokens = TokenTally()
  /// The tokens by what decided where they go; only methods that occur, in the order of ``MapMethod``.
  public var methods: [MethodTally] = []
  /// The tokens by script, the most frequent first.
  public var scripts: [ScriptTally] = []
  /// The source tokenizer on the text.
  public var source = TokenizerFigures()
  /// The target tokenizer's own encoding of the same text.
  public var target = TokenizerFigures()
  /// The tokens that are replaced by target tokens of exactly the same bytes.
  public var same = TokenTally()
  /// Texts of such tokens only, which the source tokenizer also gives back unharmed.
  public var sameTexts = 0
  /// The most frequent tokens without a target, then by id.
  public var unmatched: [UnmatchedToken] = []
  /// The tokens that change most of the text, unmatched or not: by bytes, then by occurrences, then by id.
  public var costs: [TokenCost] = []

  /// The tokens that have a target.
  public var matched: TokenTally { sum { $0 != .unmatched } }

  /// The tokens that have a target, though not by equal bytes.
  public var inexact: TokenTally { sum { $0 != .unmatched && $0 != .exact } }

  private func sum(_ isIncluded: (MapMethod) -> Bool) -> TokenTally {
    methods.filter { isIncluded($0.method) }.reduce(into: TokenTally()) { $0.add($1.tally) }
  }

  /// The tally of one method; all zero where it does not occur.
  public func tally(of method: MapMethod) -> TokenTally {
    methods.first { $0.method == method }?.tally ?? TokenTally()
  }
}

/// How many tokens there are, counted three ways.
public struct TokenTally: Codable, Sendable, Equatable {
  /// Tokens, each as often as it occurs.
  public var tokens = 0
  /// The bytes they contribute to text.
  public var bytes = 0
  /// Different tokens.
  public var distinct = 0

  /// Nothing.
  public init() {}

  /// The given counts.
  public init(tokens: Int, bytes: Int, distinct: Int) {
    (self.tokens, self.bytes, self.distinct) = (tokens, bytes, distinct)
  }

  /// Adds counts of other tokens.
  public mutating func add(_ other: TokenTally) {
    tokens += other.tokens
    bytes += other.bytes
    distinct += other.distinct
  }

  /// This part of a whole by tokens, nil where the whole is empty.
  public func tokenShare(of whole: TokenTally) -> Double? { share(tokens, whole.tokens) }
  /// This part of a whole by bytes, nil where the whole is empty.
  public func byteShare(of whole: TokenTally) -> Double? { share(bytes, whole.bytes) }
}

/// The tokens that one method placed.
public struct MethodTally: Codable, Sendable, Equatable {
  /// What decided.
  public var method: MapMethod
  /// How many tokens.
  public var tally: TokenTally
}

/// The tokens of one row of the script table.
public struct ScriptTally: Codable, Sendable, Equatable {
  /// The script, or what stands in its place.
  public var name: String
  /// All of them.
  public var all = TokenTally()
  /// Those whose target has equal bytes by rule.
  public var exact = TokenTally()
  /// Those placed otherwise.
  public var inexact = TokenTally()
  /// Those without a target.
  public var unmatched = TokenTally()
}

/// The text of a corpus.
public struct CorpusTextFigures: Codable, Sendable, Equatable {
  /// How many texts.
  public var texts = 0
  /// Their bytes as the tokenizers saw them.
  public var bytes = 0
  /// Texts that were not UTF-8.
  public var invalidTexts = 0
  /// Malformed parts that became U+FFFD.
  public var replacements = 0
  /// Records of JSON lines in which the field has no text; nil where there are none.
  public var recordsLeftOut: Int?

  mutating func add(_ other: CorpusTextFigures) {
    texts += other.texts
    bytes += other.bytes
    invalidTexts += other.invalidTexts
    replacements += other.replacements
    if let records = other.recordsLeftOut { recordsLeftOut = (recordsLeftOut ?? 0) + records }
  }
}

/// One tokenizer on a corpus.
public struct TokenizerFigures: Codable, Sendable, Equatable {
  /// How many tokens it gives.
  public var tokens = 0
  /// Texts that decoding their encoding does not give back.
  public var changedTexts = 0
  /// Bytes of the texts that do not come back: those outside a longest common subsequence.
  public var lostBytes = 0
  /// Bytes that come back and were not in the texts.
  public var addedBytes = 0

  /// Tokens a byte of text, nil without text.
  public func tokensPerByte(of text: CorpusTextFigures) -> Double? { share(tokens, text.bytes) }
  /// Bytes of text a token, nil without tokens.
  public func bytesPerToken(of text: CorpusTextFigures) -> Double? { share(text.bytes, tokens) }

  mutating func add(_ other: TokenizerFigures) {
    tokens += other.tokens
    changedTexts += other.changedTexts
    lostBytes += other.lostBytes
    addedBytes += other.addedBytes
  }
}

/// A token without a target that the corpus uses.
public struct UnmatchedToken: Codable, Sendable, Equatable {
  /// Where a token was first met.
  public struct Example: Codable, Sendable, Equatable {
    /// The text before it.
    public var before: String
    /// The characters it stands for or is a part of.
    public var text: String
    /// The text behind it.
    public var after: String
  }

  /// The source token.
  public var token: ShownToken
  /// Its row in the script table.
  public var script: String
  /// How often it occurs, and its bytes.
  public var tally: TokenTally
  /// Its first occurrence.
  public var example: Example?
}

/// A token of which the map makes another text or none, and how much of the corpus that is.
public struct TokenCost: Codable, Sendable, Equatable {
  /// The source token.
  public var token: ShownToken
  /// What it becomes; empty where it has no target.
  public var targets: [ShownToken]
  /// What decided.
  public var method: MapMethod
  /// How often it occurs, and its bytes.
  public var tally: TokenTally
}

/// A part of a whole; nil where there is none.
private func share(_ part: Int, _ whole: Int) -> Double? {
  whole > 0 ? Double(part) / Double(whole) : nil
}
