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

  @Option(
    help: ArgumentHelp("add, normalize or base-normalize (default: base-normalize).", valueName: "mode"))
  var mode: ControlMode?

  @Option(
    help: ArgumentHelp(
      "What user tokens without a target get: zero, mean, min or mask (default: zero).", valueName: "policy"))
  var unmatched: UnmatchedPolicy?

  @Option(
    help: ArgumentHelp(
      "What is put around prompts for the user model (default: plain).", valueName: "template"))
  var template: String?

  @Option(help: ArgumentHelp("The same for the delta models.", valueName: "template"))
  var deltaTemplate: String?

  @OptionGroup var prompting: PromptingArguments

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The factor of delta models (default: 1).", valueName: "α"))
  var alpha: Float?

  @Flag(help: "Leave the user model's logits out: the delta models alone, through their maps.")
  var deltaAlone = false

  @Option(help: ArgumentHelp("The records.", valueName: "file"))
  var data: String?

  @Option(help: ArgumentHelp("Only the first so many records.", valueName: "n"))
  var limit: Int?

  @Option(
    help: ArgumentHelp(
      "Tokens to generate for a prompt; 0 to generate nothing (default: 64).", valueName: "n"))
  var maxTokens: Int?

  @Option(help: ArgumentHelp("The evaluation whose truth ratios are the reference.", valueName: "file"))
  var reference: String?

  @Option(
    help: ArgumentHelp(
      "How wrong answers are one in forget quality: geometric, the mean of losses, as TOFU's code; or arithmetic (default: geometric).",
      valueName: "mean"))
  var forgetQuality: WrongAnswersMean?

  @Option(
    help: ArgumentHelp(
      "What ROUGE-L takes for a word: unicode, letters and digits of any script; or ascii, a–z and 0–9 alone (default: unicode).",
      valueName: "words"))
  var rougeTokens: RougeTokens?

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
    guard alpha?.isFinite != false else { throw ValidationError("--alpha must be a number.") }
    guard maxTokens ?? 0 >= 0 else { throw ValidationError("--max-tokens must not be below 0.") }
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
    if deltaAlone, expert == nil ? delta.allSatisfy({ ($0.alpha ?? alpha ?? 1) == 0 }) : alpha == 0 {
      throw ValidationError("--delta-alone with a factor of 0 leaves nothing to evaluate.")
    }
    try remote.check(user: user)
    if delta.isEmpty, expert == nil {
      try refuseIdle(
        "needs a --delta, or --expert and --anti-expert",
        [
          "alpha": alpha != nil, "mode": mode != nil, "unmatched": unmatched != nil,
          "delta-template": deltaTemplate != nil, "delta-tokenizer": !deltaTokenizer.isEmpty,
        ])
    }
    if expert == nil, delta.haveOwnFactors {
      try refuseIdle("is for delta models without a factor of their own", ["alpha": alpha != nil])
    }
    if maxTokens == 0 {
      try refuseIdle(
        "is for answers of the model's own: --max-tokens 0 has none", ["rouge-tokens": rougeTokens != nil])
    }
    if reference == nil {
      try refuseIdle("goes with --reference", ["forget-quality": forgetQuality != nil])
    }
  }

  /// The options that say something of records, and nothing of pairs.
  var ofRecords: KeyValuePairs<String, Bool> {
    [
      "max-tokens": maxTokens != nil, "reference": reference != nil, "forget-quality": forgetQuality != nil,
      "rouge-tokens": rougeTokens != nil, "no-cost": noCost,
    ]
  }

  /// The first option that was given and that only measuring takes.
  var measuring: String? {
    let given: [(String, Bool)] = [
      ("user", !user.isEmpty), ("delta", !delta.isEmpty), ("map", !map.isEmpty), ("expert", expert != nil),
      ("anti-expert", antiExpert != nil), ("user-tokenizer", userTokenizer != nil),
      ("delta-tokenizer", !deltaTokenizer.isEmpty), ("data", data != nil), ("limit", limit != nil),
      ("delta-alone", deltaAlone), ("reference", reference != nil), ("output", output != nil),
      ("delta-template", deltaTemplate != nil), ("alpha", alpha != nil), ("template", template != nil),
      ("mode", mode != nil), ("unmatched", unmatched != nil), ("max-tokens", maxTokens != nil),
      ("forget-quality", forgetQuality != nil), ("rouge-tokens", rougeTokens != nil),
      ("system", prompting.system != nil), ("template-var", !prompting.templateVariables.isEmpty),
      ("date", prompting.date != nil), ("shard", sharding.shard != nil), ("no-cost", noCost),
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
    configuration.mode = mode ?? .baseNormalize
    configuration.unmatched = unmatched ?? .zero
    configuration.alpha = alpha ?? 1
    configuration.template = template ?? "plain"
    configuration.deltaTemplate = deltaTemplate
    configuration.prompting = prompting.setting
    configuration.computing = computing.computing
    return try SteeredModel(configuration, observer: observer)
  }

  /// The system and the records, loaded.
  func evaluator(observer: RunObserver) throws -> Evaluator {
    let model = try model(observer: observer)
    var evaluator = try Evaluator(model, data: data ?? "", limit: limit)
    evaluator.maxTokens = maxTokens ?? 64
    evaluator.seed = seed
    evaluator.parallel = parallel.count(model)
    evaluator.reference = reference
    evaluator.forgetMean = forgetQuality ?? .geometric
    evaluator.rougeTokens = rougeTokens ?? .unicode
    evaluator.reportsCost = !noCost
    evaluator.shard = sharding.shard
    return evaluator
  }
}

extension WrongAnswersMean: ExpressibleByArgument {}
extension RougeTokens: ExpressibleByArgument {}
