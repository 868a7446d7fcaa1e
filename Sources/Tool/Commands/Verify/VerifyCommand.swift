internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CrossModelControl

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
        cmc verify --user a.gguf --delta b.gguf --map map.json \\
          --prompt 'def main():' --prompt 'Once upon a time'
      """)

  @OptionGroup var control: ControlOptions

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A prompt to generate from; repeatable.", valueName: "text"),
    transform: { plainText($0) })
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

  func run() throws {
    let observer = common.observer
    let model = try SteeredModel(control.steering(alpha: alpha), observer: observer)
    var options = VerificationOptions()
    if !prompt.isEmpty { options.prompts = prompt }
    options.maxTokens = maxTokens
    options.thresholds.massWarning = warnMass
    options.thresholds.massFailure = failMass
    options.mismatchCount = worst
    Interrupt.catchOnce()
    let report = try model.verify(options, observer: observer)
    observer.finishProgress()
    if Interrupt.hasCome { throw ExitCode(Interrupt.exitCode) }
    let rendering = VerificationRendering(report: report, model: model, thresholds: options.thresholds)
    try common.show(rendering.verdict, text: rendering.text(), json: rendering.json())
    if report.outcome == .failed { throw ExitCode(2) }
  }
}
