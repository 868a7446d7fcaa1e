internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// `cmc explain`: why one token, or each token of a text, went where it went.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain one token, or mark each token of a text by how it maps.",
    discussion: """
      For one token: its bytes, the rule that decided, and the candidates that lost. TOKEN is a piece as the tokenizer's file spells it, the text it stands for, or its visible form as the tables \
      print it. The same is shown from the other side, for the token it met.

      For a text: both tokenizers' encodings, each source token marked by how it maps (by colour on a terminal, \
      unless NO_COLOR is set), and beside it what the target tokenizer itself makes of the same place.

      EXAMPLES
        cmc explain mistral.model llama-2/ '▁Hello'
        cmc explain mistral.model llama-2/ --id 25955 --compat cmc
        cmc explain qwen.tiktoken llama-3.model '<|im_end|>'
        cmc explain mistral.model llama-2/ --text 'The unmatched tokens stand out.'
        cmc explain qwen/ llama-3/ --text '<|im_start|>user' --parse-special --json
      """)

  @OptionGroup var pair: PairOptions

  @Argument(help: ArgumentHelp("The source token.", valueName: "token"))
  var token: String?

  @Option(help: ArgumentHelp("The source token by its id.", valueName: "n"))
  var id: Int32?

  @Option(help: ArgumentHelp("A text: every token of it is marked.", valueName: "text"))
  var text: String?

  @Flag(help: "With --text, turn special tokens that are written out in it into their ids.")
  var parseSpecial = false

  @Option(help: ArgumentHelp("How many candidates to show.", valueName: "n"))
  var candidates = 10

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [token != nil, id != nil, text != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give one of a token, --id and --text.")
    }
    guard text != nil || !parseSpecial else { throw ValidationError("--parse-special is for --text.") }
    guard (0...1000).contains(candidates) else {
      throw ValidationError("--candidates must be from 0 to 1000.")
    }
  }

  func run() throws {
    let alignment = try pair.align(common)
    if let text { return try explain(text, alignment) }
    let id = try find(in: alignment.source)
    let forward = TokenExplainer(
      alignment.map, source: alignment.source, target: alignment.target, overrides: alignment.overrides
    ).explain(id, candidates: candidates)
    var explanations = [("source → target", forward)]
    if let target = forward.row.targets.first, alignment.target.vocabulary.kind(target) != .hole {
      let back = try alignment.reversed(threads: pair.rules.threading.threads)
      explanations.append(
        (
          "target → source",
          TokenExplainer(back.map, source: back.source, target: back.target).explain(
            target, candidates: candidates)
        ))
    }
    try StandardOutput.write(
      common.json
        ? ExplanationJSON.bytes(explanations) : Array(ExplanationTable.text(explanations, alignment).utf8))
  }

  private func explain(_ text: String, _ alignment: PairAlignment) throws {
    let (source, target) = try concurrently(threads: pair.rules.threading.threads) {
      try Tokenizer(alignment.source)
    } _: {
      try Tokenizer(alignment.target)
    }
    let explanation = try TextExplanation(
      Array(text.utf8), alignment.map, source: source, target: target, parsesSpecial: parseSpecial)
    let names = (alignment.source.name, alignment.target.name)
    try StandardOutput.write(
      common.json
        ? TextExplanationJSON.bytes(explanation, text: text, source: names.0, target: names.1)
        : Array(
          TextExplanationText.text(
            explanation, source: names.0, target: names.1, color: StandardOutput.takesColor
          ).utf8))
  }

  private func find(in source: TokenizerDescription) throws -> Int32 {
    if let id {
      guard source.vocabulary.kind(id) != .hole else {
        throw LookupError.noSuchID(Int(id), source.name, source.vocabulary.idLimit - 1)
      }
      return id
    }
    let finder = TokenFinder(source.vocabulary)
    let piece = token ?? ""
    let ids = finder.ids(.piece(piece))
    guard let first = ids.first else {
      throw LookupError.noSuchPiece(piece, source.name, finder.nearest(to: .piece(piece)))
    }
    if ids.count > 1 {
      common.note(
        "\(ids.count) tokens are written so: \(ids.prefix(8).map { "\($0)" }.joined(separator: ", ")); explaining \(first)"
      )
    }
    return first
  }
}

/// A token that was asked for and is not there.
enum LookupError: DescribedError, Equatable {
  /// No token has the id.
  case noSuchID(Int, String, Int)
  /// No token is written so.
  case noSuchPiece(String, String, String?)

  var description: String {
    switch self {
    case .noSuchID(let id, let name, let highest): "\(name) has no token \(id); its highest id is \(highest)"
    case .noSuchPiece(let piece, let name, _): "\(name) has no token \(piece.debugDescription)"
    }
  }

  var hint: String? {
    switch self {
    case .noSuchID: nil
    case .noSuchPiece(_, _, let nearest):
      nearest.map { "the nearest is \($0)" } ?? "list tokens with 'cmc inspect VOCAB --match REGEX'"
    }
  }
}
