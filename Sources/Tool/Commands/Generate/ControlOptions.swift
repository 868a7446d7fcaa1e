public import ArgumentParser
public import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCVocabulary

extension ControlMode: ExpressibleByArgument {}
extension UnmatchedPolicy: ExpressibleByArgument {}

/// A delta model and, behind a colon, its own factor α.
struct DeltaArgument: ExpressibleByArgument {
  var path: String
  var alpha: Float?

  init(argument: String) {
    if let colon = argument.lastIndex(of: ":"), let alpha = Float(argument[argument.index(after: colon)...]),
      alpha.isFinite
    {
      path = String(argument[..<colon])
      self.alpha = alpha
    } else {
      path = argument
    }
  }
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
      "add: user + α·delta; normalize: log-softmax of both; base-normalize: log-softmax of the user alone.",
      valueName: "mode"))
  var mode: ControlMode = .baseNormalize

  @Option(
    help: ArgumentHelp(
      "What user tokens without a target get: zero, mean or min of the mapped terms, or mask.",
      valueName: "policy"))
  var unmatched: UnmatchedPolicy = .zero

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
}

/// A template by name or from a file.
enum TemplateArgument {
  static let names = PromptTemplate.named.map(\.name).joined(separator: ", ")

  /// The template of an argument for a model.
  static func load(_ argument: String, _ model: TokenizerDescription) throws -> PromptTemplate {
    if argument == "own" { return try PromptTemplate(own: model) }
    if let template = PromptTemplate.named(argument) { return template }
    guard fileExists(argument) else {
      throw PromptTemplateError.unusable(name: argument, reason: "no file, and none of \(names), own")
    }
    let text = String(decoding: try readFile(argument, limit: 1 << 20), as: UTF8.self)
    return try PromptTemplate(name: argument, text: text)
  }
}
