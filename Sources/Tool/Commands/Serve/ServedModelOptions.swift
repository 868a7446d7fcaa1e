internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCDemonstration
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCSteeringService
internal import CrossModelControl

/// Which models a server has: one by flags, several by a file, or the demonstration's.
struct ServedModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The user model: the one that is steered.", valueName: "model"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "A delta model, with a factor of its own after a colon if wanted; repeatable.", valueName: "model[:α]"))
  var delta: [DeltaArgument] = []

  @Option(
    help: ArgumentHelp(
      "A token map from the user's vocabulary to the delta's, in the order of the deltas; made on the fly where left out.",
      valueName: "map"))
  var map: [String] = []

  @Option(
    help: ArgumentHelp("The user model's tokenizer, where it is not with the model.", valueName: "vocab"))
  var userTokenizer: String?

  @Option(
    help: ArgumentHelp(
      "A delta model's tokenizer, where it is not with the model; in the order of the deltas.",
      valueName: "vocab"))
  var deltaTokenizer: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The factor α of requests that give none, for delta models without one of their own (default: 1).",
      valueName: "α"))
  var alpha: Float?

  @Option(
    help: ArgumentHelp(
      "add, normalize or base-normalize, for requests that say nothing (see cmc generate --help). Default: base-normalize.",
      valueName: "mode"))
  var mode: ControlMode?

  @Option(
    help: ArgumentHelp(
      "What user tokens without a target get: zero, mean or min of the mapped terms, or mask. Default: zero.",
      valueName: "policy"))
  var unmatched: UnmatchedPolicy?

  @Option(
    help: ArgumentHelp(
      "What is put around conversations for the user model: \(TemplateArgument.names); own: the model's own Jinja template; or a file with {prompt}. Default: own where the model has one, else plain.",
      valueName: "template"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "The same for the delta models; as for the user model where left out, each its own with own.",
      valueName: "template"))
  var deltaTemplate: String?

  @Flag(help: "Read special tokens written out in prompts as such.")
  var parseSpecial = false

  @Option(help: ArgumentHelp("The name that requests give. Default: the user model's.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("A YAML file of models, in place of --user.", valueName: "file.yaml"))
  var models: String?

  @Flag(
    help: "The demonstration's second user, steered by the delta model that was trained beside the first.")
  var demo = false

  @OptionGroup var computing: ModelRunOptions

  func validate() throws {
    guard (user != nil ? 1 : 0) + (models != nil ? 1 : 0) + (demo ? 1 : 0) == 1 else {
      throw ValidationError("Give --user, --models or --demo.")
    }
    if user == nil, !delta.isEmpty || !map.isEmpty || userTokenizer != nil {
      throw ValidationError("--delta, --map and --user-tokenizer go with --user.")
    }
    guard map.isEmpty || map.count == delta.count else {
      throw ValidationError("Give a map for each delta model, or none.")
    }
    guard deltaTokenizer.count <= delta.count else {
      throw ValidationError("There are more delta tokenizers than delta models.")
    }
    guard alpha?.isFinite != false else { throw ValidationError("--alpha must be a number.") }
    if name == "" { throw ValidationError("--name must not be empty.") }
    if let option = ofTheUserAlone.first(where: \.isGiven) {
      throw ValidationError(
        models != nil
          ? "--\(option.name) goes with --user: in the file of --models each model says it."
          : "--\(option.name) goes with --user: the demonstration's models have prompts of their own.")
    }
  }

  /// The options that the models of a file, or those of the demonstration, do not take.
  private var ofTheUserAlone: [(name: String, isGiven: Bool)] {
    let prompts = [
      ("template", template != nil), ("delta-template", deltaTemplate != nil),
      ("parse-special", parseSpecial),
    ]
    if user != nil { return [] }
    if demo { return prompts }
    return prompts + [
      ("alpha", alpha != nil), ("mode", mode != nil), ("unmatched", unmatched != nil), ("name", name != nil),
    ]
  }

  /// Loads the models.
  ///
  /// - Throws: What is wrong with a file, or with what it asks for.
  func load(observer: RunObserver) throws -> [ServedModel] {
    if let models {
      return try ServedModelFile.load(models, computing: computing.computing, observer: observer)
    }
    if demo { return [try demonstration(observer)] }
    var configuration = SteeringConfiguration(
      user: .path(user ?? "", tokenizer: userTokenizer),
      deltas: SteeringConfiguration.deltas(
        delta, expert: nil, antiExpert: nil, tokenizers: deltaTokenizer, maps: map))
    configuration.mode = mode ?? .baseNormalize
    configuration.unmatched = unmatched ?? .zero
    configuration.alpha = alpha ?? 1
    configuration.specialTokens = parseSpecial ? .areParsed : .areText
    configuration.computing = computing.computing
    configuration.user = .loaded(try configuration.user.load(observer: observer))
    for index in configuration.deltas.indices {
      configuration.deltas[index].model = .loaded(
        try configuration.deltas[index].model.load(observer: observer))
    }
    configuration.deltaTemplate = deltaTemplate
    if let template { configuration.template = template } else { configuration.takeOwnTemplates() }
    let model = try SteeredModel(configuration, observer: observer)
    return [try ServedModel(name: name ?? model.user.name, model)]
  }

  private func demonstration(_ observer: RunObserver) throws -> ServedModel {
    let folder = try ClosedLoopFolder.shipped()
    var configuration = folder.steering
    configuration.alpha = alpha ?? 1
    configuration.mode = mode ?? .baseNormalize
    configuration.unmatched = unmatched ?? .zero
    configuration.computing = computing.computing
    let model = try SteeredModel(configuration, observer: observer)
    let maps = try folder.maps(threads: computing.computing.threads)
    var served = try ServedModel(
      name: name ?? "demo", model, maps: maps.map { ($0.name, .map($0.map)) }, observer: observer)
    served.example = ClosedLoopFolder.example
    return served
  }
}
