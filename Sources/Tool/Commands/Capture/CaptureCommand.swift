public import ArgumentParser
internal import CMCLinearAlgebra
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCRecords
public import CrossModelControl

/// `cmc capture`: records what tuning did to a model's logits, step by step.
struct CaptureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture",
    abstract: "Record the log-probabilities of an untuned and a tuned model over the steps of responses.",
    discussion: """
      The tuned model answers each prompt (or --responses gives the answers), and both models' log-probabilities are \
      recorded at every step, with the text before it. A second pair of models follows the same texts in its own tokens \
      with --prefix-of; with --map it keeps the columns that comparing needs, and those of shuffled maps.

      Two versions of one model are a tuning too: other templates, or another --tuned-precision.

      --import takes logits that were computed elsewhere, .npy, .npz, .safetensors and .pt files with a row for each step \
      and a column for each token, named by a manifest in YAML; second and response may be left out:

        version: 1
        task: alpaca
        first: {base: llama-2-7b, tuned: llama-2-7b-alpaca, tokenizer: llama-2/}
        second: {base: mistral-7b, tuned: mistral-7b-alpaca, tokenizer: mistral/}
        prompts:
          - prompt: Name three colours.
            response: Red, green and blue.
            first: {base: 000.npz#base, tuned: 000.npz#tuned}
            second: {base: m-000.pt#base, tuned: m-000.pt#tuned}

      A run is a folder. What is done is kept after an interruption, and the same command goes on from there. A prompt \
      that the models cannot take has its reason in its file; similarity leaves it out and says so.

      EXAMPLES
        cmc capture --base llama/ --tuned llama-alpaca/ --prompts alpaca_eval.json \\
          -o runs/llama
        cmc capture --base mistral/ --tuned mistral-alpaca/ --prefix-of runs/llama \\
          --map map.json -o runs/mistral
        cmc capture --base m.gguf --tuned-template pirate.txt --prompts p.jsonl \\
          -o runs/pirate --task pirate
        cmc capture --base m.gguf --tuned-precision fast --prompts p.jsonl \\
          -o runs/quantised
        cmc capture --base llama/ --tuned llama-alpaca/ --prompts p.json \\
          --shard 0/7 -o shards/0
        cmc capture --import manifest.yaml -o runs/elsewhere
        cmc similarity runs/llama runs/mistral --map map.json
      """)

  @Option(help: ArgumentHelp("The untuned model.", valueName: "model"))
  var base: String?

  @Option(help: ArgumentHelp("The tuned model; the untuned one where left out.", valueName: "model"))
  var tuned: String?

  @Option(help: ArgumentHelp("Their tokenizer, where it is not with the models.", valueName: "vocab"))
  var tokenizer: String?

  @Option(
    help: ArgumentHelp(
      "Prompts: a JSON or JSON lines file with \"prompt\", \"instruction\", \"messages\" or \"conversations\".",
      valueName: "file"))
  var prompts: String?

  @Option(
    help: ArgumentHelp(
      "Responses to take instead of generating: the same form with \"output\".", valueName: "file"))
  var responses: String?

  @Option(help: ArgumentHelp("Follow the prompts and texts of another run.", valueName: "run"))
  var prefixOf: String?

  @Option(
    help: ArgumentHelp(
      "With --prefix-of: the map from that run's vocabulary to this one's.", valueName: "map"))
  var map: String?

  @Option(
    name: .customLong("import"), help: ArgumentHelp("A manifest of logits from elsewhere.", valueName: "file")
  )
  var manifest: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The run's folder: one without a run, or that of the same run, which goes on. Another run is not replaced.",
      valueName: "folder"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "How many of the best columns of each model's ranking a step keeps, or all. 200; all with --import.",
      valueName: "n|all"))
  var keep: CaptureConfiguration.KeptColumns?

  @Option(
    help: ArgumentHelp(
      "With --map: how many shuffled maps of each kind columns are kept for (default: 20).", valueName: "n"))
  var shuffles: Int?

  @Option(help: ArgumentHelp("A short name of the run; the folder's where left out.", valueName: "name"))
  var label: String?

  @Option(help: ArgumentHelp("What the tuning was for; similarity compares tasks by it.", valueName: "name"))
  var task: String?

  @Option(
    help: ArgumentHelp(
      "What is put around the prompt for the untuned model: \(TemplateArgument.names); own: the model's own Jinja template; or a file with {prompt} in it (default: plain).",
      valueName: "template"))
  var baseTemplate: String?

  @Option(
    help: ArgumentHelp(
      "The same for the tuned model; as for the untuned one where left out.", valueName: "template"))
  var tunedTemplate: String?

  @OptionGroup var prompting: PromptingArguments

  @Flag(help: "Read special tokens written out in prompts as such.")
  var parseSpecial = false

  @Option(
    help: ArgumentHelp(
      "How the tuned model is computed; as the untuned one where left out.", valueName: "exact|fast"))
  var tunedPrecision: Precision?

  @Option(help: ArgumentHelp("How many tokens a response has at most (default: 200).", valueName: "n"))
  var maxTokens: Int?

  @Option(
    help: ArgumentHelp(
      "0 takes the best token each time; above, tokens are drawn (default: 0).", valueName: "t"))
  var temperature: Float?

  @Option(
    help: ArgumentHelp(
      "Where the random numbers begin, those of shuffled maps too (default: 1).", valueName: "n"))
  var seed: UInt64?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("End a response at this text; repeatable.", valueName: "text"),
    transform: { plainText($0) })
  var stop: [String] = []

  @Option(help: ArgumentHelp("Only the first prompts.", valueName: "n"))
  var limit: Int?

  @Flag(help: "Exit with 2 where a prompt could not be captured, such as one that is too long.")
  var strict = false

  @OptionGroup var sharding: ShardOptions
  @OptionGroup var parallel: ParallelOptions
  @OptionGroup var computing: ModelRunOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if manifest != nil {
      guard base == nil, tuned == nil, prompts == nil, responses == nil, prefixOf == nil, map == nil else {
        throw ValidationError("--import takes no models, prompts or other runs.")
      }
      guard sharding.shard == nil else {
        throw ValidationError("--shard goes with --prompts or --prefix-of, not with --import.")
      }
      try refuseIdle("goes with --prompts or --prefix-of: --import computes nothing", ofComputing)
    } else {
      guard base != nil else { throw ValidationError("Give --base and --prompts, or --import.") }
      guard (prompts == nil) != (prefixOf == nil) else {
        throw ValidationError("Give --prompts or --prefix-of.")
      }
    }
    if prefixOf != nil || responses != nil {
      try refuseIdle(
        "is for responses that are generated here, and these are given",
        ["max-tokens": maxTokens != nil, "temperature": temperature != nil, "stop": !stop.isEmpty])
    }
    if map == nil {
      try refuseIdle("goes with --map", ["shuffles": shuffles != nil])
    }
    if responses != nil, prompts == nil { throw ValidationError("--responses goes with --prompts.") }
    if map != nil, prefixOf == nil { throw ValidationError("--map goes with --prefix-of.") }
    guard (1...1_000_000).contains(maxTokens ?? 1) else {
      throw ValidationError("--max-tokens must be from 1 to 1000000.")
    }
    guard !stop.contains("") else { throw ValidationError("--stop must not be empty.") }
    guard temperature.map({ $0.isFinite && $0 >= 0 }) ?? true else {
      throw ValidationError("--temperature must be a number from 0, such as 0.7.")
    }
    guard (0...1000).contains(shuffles ?? 0) else {
      throw ValidationError("--shuffles must be from 0 to 1000.")
    }
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if output.isEmpty { throw ValidationError("--output must not be empty.") }
  }

  /// The options that say how something is computed.
  private var ofComputing: KeyValuePairs<String, Bool> {
    [
      "parallel": parallel.parallel != nil, "shuffles": shuffles != nil, "base-template": baseTemplate != nil,
      "tuned-template": tunedTemplate != nil, "system": prompting.system != nil,
      "template-var": !prompting.templateVariables.isEmpty, "date": prompting.date != nil,
      "parse-special": parseSpecial, "tuned-precision": tunedPrecision != nil, "max-tokens": maxTokens != nil,
      "temperature": temperature != nil, "seed": seed != nil, "stop": !stop.isEmpty,
    ]
  }

  func run() throws {
    Interrupt.catchOnce()
    let observer = common.observer
    let outcomes =
      try manifest.map { try LogitImport(importing($0), observer: observer).run() }
      ?? [try ModelCapture(try configuration(), observer: observer).run()]
    observer.finishProgress()
    for outcome in outcomes where !outcome.isComplete {
      let total = outcome.description.ownCount
      common.note("\(outcome.captured) of \(total) prompts are captured; the same command goes on from there")
      throw ExitCode(Interrupt.exitCode)
    }
    try CaptureRendering.write(outcomes, common: common)
    try common.end(
      failed: outcomes.reduce(0) { $0 + $1.failed.count },
      of: outcomes.reduce(0) { $0 + $1.description.ownCount }, "prompts", isStrict: strict)
  }

  /// What the options ask for.
  private func configuration() throws -> CaptureConfiguration {
    guard let base else { throw ValidationError("Give --base.") }
    var configuration = CaptureConfiguration(base: base, tuned: tuned, texts: try texts(), output: output)
    configuration.tokenizer = tokenizer
    if let baseTemplate { configuration.baseTemplate = baseTemplate }
    configuration.tunedTemplate = tunedTemplate
    configuration.prompting = prompting.setting
    configuration.parsesSpecial = parseSpecial
    if let maxTokens { configuration.answering.maxTokens = maxTokens }
    if let temperature { configuration.answering.temperature = temperature }
    configuration.answering.stops = stop
    if let keep { configuration.kept = keep }
    if let shuffles { configuration.shuffles = shuffles }
    if let seed { configuration.seed = seed }
    configuration.computing = computing.computing
    configuration.tunedPrecision = tunedPrecision
    configuration.label = label
    configuration.task = task
    configuration.shard = sharding.shard
    configuration.parallel = parallel.parallel
    return configuration
  }

  /// The texts, read from their files.
  private func texts() throws -> CaptureConfiguration.Texts {
    if let prefixOf { return .following(run: prefixOf, map: map, limit: limit) }
    guard let path = prompts else { throw ValidationError("Give --prompts.") }
    let prompts = try PromptFile.load(path).prefix(limit ?? .max).map(\.conversation)
    guard let file = responses else { return .conversations(prompts) }
    let responses = try ResponseFile.load(file)
    guard responses.count >= prompts.count else {
      throw FileError(
        path: file,
        underlying: LogitShiftError.badSetting("\(responses.count) responses for \(prompts.count) prompts"))
    }
    return .conversations(prompts, responses: Array(responses.prefix(prompts.count)))
  }

  private func importing(_ manifest: String) -> LogitImport.Configuration {
    var configuration = LogitImport.Configuration(manifest: manifest, output: output)
    configuration.tokenizer = tokenizer
    if let keep { configuration.kept = keep }
    configuration.limit = limit
    configuration.label = label
    configuration.task = task
    return configuration
  }
}

extension CaptureConfiguration.KeptColumns: ExpressibleByArgument {
  /// `all`, or a number above 0.
  public init?(argument: String) {
    if argument == "all" {
      self = .all
    } else if let count = Int(argument), count >= 1 {
      self = .best(count)
    } else {
      return nil
    }
  }
}
