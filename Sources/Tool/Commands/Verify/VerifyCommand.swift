internal import ArgumentParser
internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenization

/// `cmc verify`: an end-to-end check of one map and two models.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check a map end to end with the two models it is for.",
    discussion: """
      Generates with the user model alone and steered, and checks what must hold whatever the models are; then measures \
      how much of either model's probability the map loses. Each line passes, warns or fails; the exit code is 2 where \
      one fails.

      EXAMPLES
        cmc verify --user smollm2.gguf --delta gemma-3.gguf
        cmc verify --user a.gguf --delta b.gguf --map map.json --prompt 'def main():' --prompt 'Once upon a time'
      """)

  @OptionGroup var control: ControlOptions

  @Option(help: ArgumentHelp("A prompt to generate from; repeatable.", valueName: "text"))
  var prompt: [String] = []

  @Option(parsing: .unconditional, help: ArgumentHelp("The factor α.", valueName: "α"))
  var alpha: Float = 1

  @Option(help: ArgumentHelp("How many tokens to generate for each prompt.", valueName: "n"))
  var maxTokens = 32

  @Option(help: ArgumentHelp("The share of lost probability above which a line warns.", valueName: "share"))
  var warnMass = 0.01

  @Option(help: ArgumentHelp("The share of lost probability above which a line fails.", valueName: "share"))
  var failMass = 0.10

  @Option(help: ArgumentHelp("How many of the tokens that lose most to list.", valueName: "n"))
  var worst = 10

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard control.delta.count == 1, control.expert == nil else { throw ValidationError("Give one --delta.") }
    guard (1...100_000).contains(maxTokens) else {
      throw ValidationError("--max-tokens must be from 1 to 100000.")
    }
    for (name, share) in [("--warn-mass", warnMass), ("--fail-mass", failMass)] where !(0...1).contains(share)
    {
      throw ValidationError("\(name) must be from 0 to 1.")
    }
    guard (0...100_000).contains(worst) else { throw ValidationError("--worst must be 0 or more.") }
    guard alpha.isFinite else { throw ValidationError("--alpha must be a number.") }
  }

  /// Prompts of several kinds, for a check without any of one's own.
  static let prompts = [
    "The capital of France is", "def fibonacci(n):\n", "Once upon a time, in a small village,",
    "Die wichtigsten Städte Europas sind", "1, 2, 3, 5, 8,",
  ]

  /// Texts that should survive both tokenizers.
  static let texts = [
    "Plain words, and a second sentence.", "  leading and trailing spaces  ", "tabs\tand\nnew lines\r\n\n",
    "naïve façade, Straße, smørrebrød", "Ελληνικά και русский текст", "日本語と中文と한국어", "العربية והעברית",
    "emoji 👩‍👩‍👧 and flags 🇩🇪", "code: for (int i = 0; i < n; ++i) { x[i] += 1; }", "math ∑ᵢ xᵢ² ≤ ∞",
  ]

  func run() throws {
    let setup = try ControlSetup(control, common)
    let delta = setup.deltas[0]
    let map =
      try delta.map
      ?? TokenMap.aligning(setup.tokenizer.description, to: delta.tokenizer.description)
    var settings = MapVerifier.Settings()
    let prompts = prompt.isEmpty ? Self.prompts : prompt
    settings.prompts = try prompts.map { text in
      (
        user: try setup.userPrompt(text),
        delta: try setup.deltaPrompt(text, delta)
      )
    }
    settings.maxTokens = maxTokens
    settings.alpha = delta.alpha ?? alpha
    settings.mode = control.mode
    settings.policy = control.unmatched
    settings.texts = Self.texts
    settings.thresholds.massWarning = warnMass
    settings.thresholds.massFailure = failMass
    settings.mismatchCount = worst
    let verifier = try MapVerifier(
      MapVerifier.Models(
        user: setup.user, userTokenizer: setup.tokenizer, delta: delta.session,
        deltaTokenizer: delta.tokenizer,
        map: map), settings)
    Interrupt.catchOnce()
    let progress = ProgressLine(total: prompts.count, isShown: !common.quiet)
    let report = try verifier.run { done in
      progress.show(done)
      return !Interrupt.hasCome
    }
    progress.finish(prompts.count)
    if Interrupt.hasCome { throw ExitCode(130) }
    let rendering = VerificationRendering(report: report, setup: setup, thresholds: settings.thresholds)
    try StandardOutput.write(common.json ? rendering.json() : Array(rendering.text().utf8))
    if report.outcome == .failed { throw ExitCode(2) }
  }
}
