public import ArgumentParser
internal import CMCControlledDecoding
public import CMCEvaluation
internal import CrossModelControl

/// Which system is evaluated, on what.
///
/// Its own options, not those of `generate`: there a user model must be named, here a comparison has none.
struct EvaluationArguments: ParsableArguments {
  @Option(help: ArgumentHelp("The model, or the user model that is steered.", valueName: "model"))
  var user = ""

  @Option(help: ArgumentHelp("A delta model; repeatable.", valueName: "model[:α]"))
  var delta: [DeltaArgument] = []

  @Option(
    help: ArgumentHelp("A token map for each delta model; made on the fly where left out.", valueName: "map"))
  var map: [String] = []

  @Option(help: ArgumentHelp("Proxy tuning: the tuned small model.", valueName: "model"))
  var expert: String?

  @Option(help: ArgumentHelp("Proxy tuning: the same model untuned.", valueName: "model"))
  var antiExpert: String?

  @Option(
    help: ArgumentHelp("The user model's tokenizer, where it is not with the model.", valueName: "vocab"))
  var userTokenizer: String?

  @Option(
    help: ArgumentHelp("A delta model's tokenizer, where it is not with the model.", valueName: "vocab"))
  var deltaTokenizer: [String] = []

  @Option(help: ArgumentHelp("add, normalize or base-normalize.", valueName: "mode"))
  var mode: ControlMode = .baseNormalize

  @Option(
    help: ArgumentHelp("What user tokens without a target get: zero, mean, min or mask.", valueName: "policy")
  )
  var unmatched: UnmatchedPolicy = .zero

  @Option(help: ArgumentHelp("What is put around prompts for the user model.", valueName: "template"))
  var template = "plain"

  @Option(help: ArgumentHelp("The same for the delta models.", valueName: "template"))
  var deltaTemplate: String?

  @OptionGroup var prompting: PromptingArguments

  @Option(parsing: .unconditional, help: ArgumentHelp("The factor of delta models.", valueName: "α"))
  var alpha: Float = 1

  @Flag(help: "Leave the user model's logits out: the delta models alone, through their maps.")
  var deltaAlone = false

  @Option(help: ArgumentHelp("The records.", valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("Only the first so many records.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Tokens to generate for a prompt; 0 to generate nothing.", valueName: "n"))
  var maxTokens = 64

  @Option(help: ArgumentHelp("The evaluation whose truth ratios are the reference.", valueName: "file"))
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "How wrong answers are one in forget quality: geometric, the mean of losses, as TOFU's code; or arithmetic.",
      valueName: "mean"))
  var forgetQuality: WrongAnswersMean = .geometric

  @Option(
    help: ArgumentHelp(
      "What ROUGE-L takes for a word: unicode, letters and digits of any script; or ascii, a–z and 0–9 alone.",
      valueName: "words"))
  var rougeTokens: RougeTokens = .unicode

  @Option(help: ArgumentHelp("Decides the resamples of the intervals.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write everything, every item included, as JSON.", valueName: "file"))
  var output: String?

  @Flag(
    help: "Leave out of the JSON what was taken in time and memory, in which no two runs agree.")
  var noCost = false

  @OptionGroup var sharding: ShardOptions
  @OptionGroup var parallel: ParallelOptions
  @OptionGroup var remote: RemoteArguments
  @OptionGroup var computing: ModelRunOptions

  func validate() throws {
    guard alpha.isFinite else { throw ValidationError("--alpha must be a number.") }
    guard maxTokens >= 0 else { throw ValidationError("--max-tokens must not be below 0.") }
    guard limit ?? 1 > 0 else { throw ValidationError("--limit must be above 0.") }
    guard (expert == nil) == (antiExpert == nil) else {
      throw ValidationError("--expert and --anti-expert come together.")
    }
    if expert != nil, !delta.isEmpty {
      throw ValidationError("Give --delta, or --expert with --anti-expert, not both.")
    }
    guard map.isEmpty || map.count == (expert == nil ? delta.count : 1) else {
      throw ValidationError("Give a map for each delta model, or none.")
    }
    if deltaAlone, delta.isEmpty, expert == nil { throw ValidationError("--delta-alone needs --delta.") }
    if deltaAlone, expert == nil ? delta.allSatisfy({ ($0.alpha ?? alpha) == 0 }) : alpha == 0 {
      throw ValidationError("--delta-alone with a factor of 0 leaves nothing to evaluate.")
    }
  }

  /// The first option that was given and that only measuring takes.
  var measuring: String? {
    let given: [(String, Bool)] = [
      ("user", !user.isEmpty), ("delta", !delta.isEmpty), ("map", !map.isEmpty), ("expert", expert != nil),
      ("anti-expert", antiExpert != nil), ("user-tokenizer", userTokenizer != nil),
      ("delta-tokenizer", !deltaTokenizer.isEmpty), ("data", data != nil), ("limit", limit != nil),
      ("delta-alone", deltaAlone), ("reference", reference != nil), ("output", output != nil),
      ("delta-template", deltaTemplate != nil), ("alpha", alpha != 1), ("template", template != "plain"),
      ("max-tokens", maxTokens != 64), ("shard", sharding.shard != nil), ("no-cost", noCost),
      ("parallel", parallel.parallel != nil),
    ]
    return given.first { $0.1 }?.0
  }

  /// The system, loaded.
  func model(observer: RunObserver) throws -> SteeredModel {
    var configuration = SteeringConfiguration(
      user: .user(user, tokenizer: userTokenizer, options: try remote.options()),
      deltas: SteeringConfiguration.deltas(
        delta, expert: expert, antiExpert: antiExpert, tokenizers: deltaTokenizer, maps: map))
    configuration.userVoice = deltaAlone ? .isSilent : .speaks
    configuration.mode = mode
    configuration.unmatched = unmatched
    configuration.alpha = alpha
    configuration.template = template
    configuration.deltaTemplate = deltaTemplate
    configuration.prompting = prompting.setting
    configuration.computing = computing.computing
    return try SteeredModel(configuration, observer: observer)
  }

  /// The system and the records, loaded.
  func evaluator(observer: RunObserver) throws -> Evaluator {
    let model = try model(observer: observer)
    var evaluator = try Evaluator(model, data: data ?? "", limit: limit)
    evaluator.maxTokens = maxTokens
    evaluator.seed = seed
    evaluator.parallel = parallel.count(model)
    evaluator.reference = reference
    evaluator.forgetMean = forgetQuality
    evaluator.rougeTokens = rougeTokens
    evaluator.reportsCost = !noCost
    evaluator.shard = sharding.shard
    return evaluator
  }
}

extension WrongAnswersMean: ExpressibleByArgument {}
extension RougeTokens: ExpressibleByArgument {}
