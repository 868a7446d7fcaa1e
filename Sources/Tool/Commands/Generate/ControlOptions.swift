public import ArgumentParser
public import CMCControlledDecoding
internal import CMCPrompts
internal import CMCRemoteModels
internal import CrossModelControl

extension ControlMode: ExpressibleByArgument {}
extension UnmatchedPolicy: ExpressibleByArgument {}

/// A delta model and, behind a colon, its own factor α.
struct DeltaArgument: ExpressibleByArgument {
  var path: String
  var alpha: Float?

  /// A model without a factor of its own, whatever its path looks like.
  init(path: String) { self.path = path }

  /// Nil where what stands behind a colon is a number and no factor, and there is no file of the whole name.
  init?(argument: String) {
    path = argument
    guard let colon = argument.lastIndex(of: ":"),
      let alpha = Float(argument[argument.index(after: colon)...])
    else { return }
    if alpha.isFinite {
      path = String(argument[..<colon])
      self.alpha = alpha
    } else if !fileExists(argument) {
      return nil
    }
  }
}

extension [DeltaArgument] {
  /// Whether there are delta models, and each has a factor of its own: nothing is left for `--alpha` to say.
  var haveOwnFactors: Bool { !isEmpty && allSatisfy { $0.alpha != nil } }
}

/// Which models run, how they are joined, and what they read; shared by `generate`, `sweep` and `verify`.
struct ControlOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The user model: the one that is steered.", valueName: "model"))
  var user: String

  @Option(
    help: ArgumentHelp(
      "A delta model, with a factor of its own after a colon if wanted; repeatable.", valueName: "model[:α]"))
  var delta: [DeltaArgument] = []

  @Option(
    help: ArgumentHelp(
      "A token map from the user's vocabulary to the delta's, in the order of the deltas; made on the fly where left out.",
      valueName: "map"))
  var map: [String] = []

  @Option(help: ArgumentHelp("Proxy tuning: the tuned small model.", valueName: "model"))
  var expert: String?

  @Option(help: ArgumentHelp("Proxy tuning: the same model untuned.", valueName: "model"))
  var antiExpert: String?

  @Option(
    help: ArgumentHelp("The user model's tokenizer, where it is not with the model.", valueName: "vocab"))
  var userTokenizer: String?

  @Option(
    help: ArgumentHelp(
      "A delta model's tokenizer, where it is not with the model; in the order of the deltas.",
      valueName: "vocab"))
  var deltaTokenizer: [String] = []

  @Option(
    help: ArgumentHelp(
      "add: user + α·delta; normalize: log-softmax of both; base-normalize: log-softmax of the user alone (default: base-normalize).",
      valueName: "mode"))
  var mode: ControlMode?

  @Option(
    help: ArgumentHelp(
      "What user tokens without a target get: zero, mean or min of the mapped terms, or mask (default: zero).",
      valueName: "policy"))
  var unmatched: UnmatchedPolicy?

  @Option(
    help: ArgumentHelp(
      "What is put around the prompt for the user model: \(TemplateArgument.names); own: the model's own Jinja template; or a file with {prompt}.",
      valueName: "template"))
  var template = "plain"

  @Option(
    help: ArgumentHelp(
      "The same for the delta models; as for the user model where left out, each its own with own.",
      valueName: "template"))
  var deltaTemplate: String?

  /// Whether nothing steers the user model.
  var isPlain: Bool { delta.isEmpty && expert == nil && antiExpert == nil }

  @OptionGroup var prompting: PromptingArguments

  @Flag(help: "Read special tokens written out in the prompt as such.")
  var parseSpecial = false

  @OptionGroup var computing: ModelRunOptions

  func validate() throws {
    guard (expert == nil) == (antiExpert == nil) else {
      throw ValidationError("--expert and --anti-expert come together.")
    }
    if expert != nil, !delta.isEmpty {
      throw ValidationError("Give --delta, or --expert with --anti-expert, not both.")
    }
    let count = expert == nil ? delta.count : 1
    guard map.count <= count else { throw ValidationError("There are more maps than delta models.") }
    guard deltaTokenizer.count <= count else {
      throw ValidationError("There are more delta tokenizers than delta models.")
    }
    if map.count != 0, map.count != count {
      throw ValidationError("Give a map for each delta model, or none.")
    }
  }

  /// The same as a value.
  ///
  /// - Parameters:
  ///   - alpha: The factor of delta models without one of their own.
  ///   - remote: How the server that runs the user model is asked; nil where no server may.
  func steering(alpha: Float = 1, remote: RemoteOptions? = nil) -> SteeringConfiguration {
    var configuration = SteeringConfiguration(
      user: remote.map { .user(user, tokenizer: userTokenizer, options: $0) }
        ?? .path(user, tokenizer: userTokenizer),
      deltas: SteeringConfiguration.deltas(
        delta, expert: expert, antiExpert: antiExpert, tokenizers: deltaTokenizer, maps: map))
    configuration.mode = mode ?? .baseNormalize
    configuration.unmatched = unmatched ?? .zero
    configuration.alpha = alpha
    configuration.template = template
    configuration.deltaTemplate = deltaTemplate
    configuration.prompting = prompting.setting
    configuration.specialTokens = parseSpecial ? .areParsed : .areText
    configuration.computing = computing.computing
    return configuration
  }
}

extension SteeringConfiguration {
  /// Delta models, or an expert with its anti-expert, as flags say them: tokenizers and maps in the order of the models.
  static func deltas(
    _ deltas: [DeltaArgument], expert: String?, antiExpert: String?, tokenizers: [String], maps: [String]
  ) -> [Delta] {
    let models = expert.map { [DeltaArgument(path: $0)] } ?? deltas
    return models.enumerated().map { index, model in
      Delta(
        .path(model.path, tokenizer: index < tokenizers.count ? tokenizers[index] : nil),
        antiExpert: antiExpert.map { .path($0) }, alpha: model.alpha,
        map: index < maps.count ? .path(maps[index]) : nil)
    }
  }
}
