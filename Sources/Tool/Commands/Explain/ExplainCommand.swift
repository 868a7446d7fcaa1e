internal import ArgumentParser
internal import CMCAlignment
internal import CMCPrimitives
internal import CMCVocabulary
internal import CrossModelControl

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

  @Argument(help: ArgumentHelp("The source token.", valueName: "token"), transform: { plainText($0) })
  var token: String?

  @Option(help: ArgumentHelp("The source token by its id.", valueName: "n"))
  var id: Int32?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("A text: every token of it is marked.", valueName: "text"),
    transform: { plainText($0) })
  var text: String?

  @Flag(help: "With --text, turn special tokens that are written out in it into their ids.")
  var parseSpecial = false

  @Option(help: ArgumentHelp("How many candidates of one token to show (default: 10).", valueName: "n"))
  var candidates: Int?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [token != nil, id != nil, text != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("Give one of a token, --id and --text.")
    }
    guard text != nil || !parseSpecial else { throw ValidationError("--parse-special is for --text.") }
    if text != nil { try refuseIdle("is for one token, not for --text", ["candidates": candidates != nil]) }
    guard (0...1000).contains(candidates ?? 0) else {
      throw ValidationError("--candidates must be from 0 to 1000.")
    }
  }

  func run() throws {
    let alignment = try pair.align(common)
    if let text { return try explain(text, alignment) }
    let explanation = try alignment.explanation(
      of: id.map { .id($0) } ?? .piece(token ?? ""), candidates: candidates ?? 10,
      threads: pair.rules.threading.threads, observer: common.observer)
    var explanations = [("source → target", explanation.forward)]
    if let back = explanation.back { explanations.append(("target → source", back)) }
    let forward = explanation.forward
    let targets = forward.row.targets.map { "\($0.id) \($0.label)" }.joined(separator: " + ")
    try common.show(
      "\(forward.token.id) \(forward.token.label) → \(targets.isEmpty ? "nothing" : targets), \(forward.rule)",
      text: ExplanationTable.text(explanations, alignment), json: ExplanationJSON.bytes(explanations))
  }

  private func explain(_ text: String, _ alignment: PairAlignment) throws {
    let explanation = try alignment.explanation(
      ofText: text, parsesSpecial: parseSpecial, threads: pair.rules.threading.threads)
    let names = (alignment.source.name, alignment.target.name)
    try common.show(
      "\(CoverageText.counted(explanation.source.count, "token")) of \(names.0), "
        + "\(explanation.target.count) of \(names.1)",
      text: TextExplanationText.text(
        explanation, source: names.0, target: names.1, color: StandardOutput.takesColor),
      json: TextExplanationJSON.bytes(explanation, text: text, source: names.0, target: names.1),
      isColored: StandardOutput.takesColor)
  }
}
