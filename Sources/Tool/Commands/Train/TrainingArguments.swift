public import ArgumentParser
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCPrompts
public import CMCTraining
internal import CrossModelControl

extension LearningRateSchedule.Kind: ExpressibleByArgument {}
extension FloatEncoding: ExpressibleByArgument {}

/// What is learnt of the data.
enum LossArgument: String, ExpressibleByArgument, CaseIterable {
  /// The responses.
  case crossEntropy = "cross-entropy"
  /// To forget the responses.
  case ascent
  /// To forget them, and to know those of the retain set.
  case difference
  /// To forget them, and to stay as before on the retain set.
  case kl
  /// What tuning changed in the logits.
  case shift
}

/// Options of every kind of training.
struct TrainingArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Records to learn from; repeatable.", valueName: "file"))
  var data: [String]

  @Option(
    help: ArgumentHelp(
      "cross-entropy; to unlearn the data: ascent, difference (with --retain learnt), kl (with --retain kept as it was); for cmc train delta also shift: what --tuned changed in the template's logits.",
      valueName: "loss"))
  var loss: LossArgument = .crossEntropy

  @Option(help: ArgumentHelp("Records that are not to be unlearnt; repeatable.", valueName: "file"))
  var retain: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder to write, a new or an empty one: no earlier result is replaced. A training that was interrupted goes on with --resume.",
      valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "What is put around prompts: \(TemplateArgument.names); own: the model's own Jinja template; or a file with {prompt} in it.",
      valueName: "template"))
  var promptTemplate = "plain"

  @OptionGroup var prompting: PromptingArguments

  @Option(help: ArgumentHelp("Times the data are learnt (default: 3.0).", valueName: "n"))
  var epochs: Double?

  @Option(help: ArgumentHelp("Steps of the optimiser, in place of --epochs.", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("Documents a step.", valueName: "n"))
  var batch = 32

  @Option(
    help: ArgumentHelp(
      "The highest learning rate (default: 2e-4 for a delta model and a model that is there, 1e-3 for LoRA and first values).",
      valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("cosine, linear (flat first) or constant.", valueName: "schedule"))
  var schedule: LearningRateSchedule.Kind = .cosine

  @Option(help: ArgumentHelp("Steps of warm-up, or their share if below 1.", valueName: "n"))
  var warmup = 0.03

  @Option(
    help: ArgumentHelp(
      "For linear, the share of steps before the rate falls (default: 0.6).", valueName: "share")
  )
  var flat: Double?

  @Option(help: ArgumentHelp("AdamW's two factors.", valueName: "β1,β2"))
  var betas = "0.9,0.95"

  @Option(help: ArgumentHelp("Weight decay of matrices.", valueName: "λ"))
  var weightDecay = 0.01

  @Option(help: ArgumentHelp("The largest norm of a gradient; 0 for no limit.", valueName: "norm"))
  var clip = 1.0

  @Option(help: ArgumentHelp("Decides the first values and the order of the data.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("The most tokens of a document; the rest is cut off.", valueName: "n"))
  var maxLength = 512

  @Option(help: ArgumentHelp("The most tokens of a pass; memory grows with it.", valueName: "n"))
  var passTokens = 4096

  @Flag(
    help: "Compute activations again in the backward pass; done anyway where they would take more than 2 GB.")
  var recompute = false

  @Option(help: ArgumentHelp("Records to validate with.", valueName: "file"))
  var validation: [String] = []

  @Option(
    help: ArgumentHelp(
      "The share of the data that is kept for validation, without --validation.", valueName: "share"))
  var validationSplit = 0.0

  @Option(help: ArgumentHelp("Steps between validations (default: 100).", valueName: "n"))
  var validateEvery: Int?

  @Option(
    help: ArgumentHelp(
      "Validations without a better loss after which training ends; 0 for never (default: 0).", valueName: "n"
    ))
  var patience: Int?

  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n"))
  var checkpointEvery = 200

  @Flag(help: "Go on from the checkpoint in the folder; with the same settings, to the same bits.")
  var resume = false

  @Option(help: ArgumentHelp("How weights are written: float32, float16 or bfloat16.", valueName: "type"))
  var dtype: FloatEncoding = .float32

  @Flag(help: "Learn the tokens of prompts too, as a model that begins with text does.")
  var learnPrompts = false

  @Flag(
    help:
      "Write model.gguf too, in float32; refused before training where llama.cpp would read another model of it."
  )
  var gguf = false

  @OptionGroup var computing: ModelRunOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    func check(_ holds: Bool, _ message: String) throws {
      if !holds { throw ValidationError(message) }
    }
    try check(!data.isEmpty, "Give --data.")
    try check(epochs.map { $0 > 0 && $0.isFinite } ?? true, "--epochs must be above 0.")
    try check(steps ?? 1 > 0, "--steps must be above 0.")
    try check((1...65536).contains(batch), "--batch must be from 1 to 65536.")
    try check(learningRate.map { $0 > 0 && $0.isFinite } ?? true, "--learning-rate must be above 0.")
    try check(warmup >= 0 && warmup.isFinite, "--warmup must not be below 0.")
    try check((0...1).contains(flat ?? 0), "--flat must be from 0 to 1.")
    try check((0..<1).contains(validationSplit), "--validation-split must be from 0 to 1.")
    try check(weightDecay >= 0 && clip >= 0, "--weight-decay and --clip must not be below 0.")
    try check((2...1 << 20).contains(maxLength), "--max-length must be from 2 to 1048576.")
    try check((2...1 << 24).contains(passTokens), "--pass-tokens must be from 2 to 16777216.")
    try check(
      validateEvery ?? 1 > 0 && patience ?? 0 >= 0,
      "--validate-every must be above 0, --patience not below it.")
    try check(checkpointEvery > 0, "--checkpoint-every must be above 0.")
    try checkPairs(check)
    try check(!output.isEmpty, "--output must not be empty.")
    _ = try betaValues()
    switch loss {
    case .difference, .kl: try check(!retain.isEmpty, "--loss \(loss.rawValue) needs --retain.")
    default: try check(retain.isEmpty, "--retain goes with --loss difference or kl.")
    }
  }

  /// Makes sure that no option is given whose work another one leaves undone.
  private func checkPairs(_ check: (Bool, String) throws -> Void) throws {
    try check(
      validation.isEmpty || validationSplit == 0, "Give --validation or --validation-split, not both.")
    if validation.isEmpty, validationSplit == 0 {
      try refuseIdle(
        "needs --validation or --validation-split",
        ["patience": patience != nil, "validate-every": validateEvery != nil])
    }
    if schedule != .linear { try refuseIdle("is for --schedule linear", ["flat": flat != nil]) }
    if steps != nil { try refuseIdle("says what --steps says: give one of them", ["epochs": epochs != nil]) }
  }

  /// The two numbers of `--betas`.
  func betaValues() throws -> (Double, Double) {
    let numbers = betas.split(separator: ",").map { Double($0) }
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1], (0..<1).contains(first),
      (0..<1).contains(second)
    else { throw ValidationError("--betas must be two numbers from 0 to 1, such as 0.9,0.95.") }
    return (first, second)
  }
}
