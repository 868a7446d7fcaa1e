internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCSteeringService
internal import CMCYAML
internal import CrossModelControl

/// A YAML file of models that a server has.
struct ServedModelFile {
  /// A model as the file states it.
  struct Entry {
    var name: String
    var configuration: SteeringConfiguration
    /// Whether a template was given; else it is the model's own where it has one.
    var hasTemplate: Bool
    var maps: [(name: String, path: String)]
  }

  /// Larger files are refused.
  static let sizeLimit = 1 << 20

  let entries: [Entry]

  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - folder: Where paths begin.
  /// - Throws: ``ServeError`` with the line.
  init(_ bytes: [UInt8], folder: String) throws {
    do {
      entries = try Self.parse(bytes, folder)
    } catch let problem as YAMLProblem {
      throw ServeError(problem)
    }
  }

  /// Loads the models of a file; weights that several name are loaded once.
  static func load(_ path: String, computing: Computing, observer: RunObserver) throws -> [ServedModel] {
    let bytes = try readFile(path, limit: sizeLimit)
    let file = try withFile(path) { try ServedModelFile(bytes, folder: parentPath(path)) }
    var known: [String: LoadedModel] = [:]
    func loaded(_ reference: ModelReference) throws -> ModelReference {
      guard case .path(let path, let tokenizer) = reference else { return reference }
      let key = "\(path)\u{0}\(tokenizer ?? "")"
      let model = try known[key] ?? reference.load(observer: observer)
      known[key] = model
      return .loaded(model)
    }
    return try file.entries.map { entry in
      var configuration = entry.configuration
      configuration.computing = computing
      configuration.user = try loaded(configuration.user)
      for index in configuration.deltas.indices {
        configuration.deltas[index].model = try loaded(configuration.deltas[index].model)
      }
      if !entry.hasTemplate { configuration.takeOwnTemplates() }
      let model = try SteeredModel(configuration, observer: observer)
      return try ServedModel(
        name: entry.name, model, maps: entry.maps.map { ($0.name, .path($0.path)) }, observer: observer)
    }
  }

  private static func parse(_ bytes: [UInt8], _ folder: String) throws -> [Entry] {
    guard let root = try YAMLText.compose(bytes, sizeLimit: sizeLimit) else {
      throw YAMLProblem.missingKey(line: 1, key: "version")
    }
    let top = try root.mapping(allowed: ["version", "models"])
    let version = try top.require("version")
    guard version.scalar == "1" else {
      throw YAMLProblem.badValue(line: version.line, key: "version", wanted: "1")
    }
    let models = try top.require("models")
    guard let list = models.list, !list.isEmpty else {
      throw YAMLProblem.badValue(line: models.line, key: "models", wanted: "a list of models")
    }
    var names: Set<String> = []
    return try list.map { item in
      let entry = try entry(item, folder)
      guard names.insert(entry.name).inserted else {
        throw YAMLProblem.badValue(line: item.line, key: "name", wanted: "a name that no other model has")
      }
      return entry
    }
  }

  private static func entry(_ value: YAMLValue, _ folder: String) throws -> Entry {
    let fields = try value.mapping(
      "a model",
      allowed: [
        "name", "user", "user-tokenizer", "deltas", "alpha", "mode", "unmatched", "template",
        "delta-template", "system", "parse-special", "maps",
      ])
    var configuration = SteeringConfiguration(
      user: .path(
        path(try fields.require("user").plain(), folder),
        tokenizer: try fields.string("user-tokenizer").map { path($0, folder) }))
    if let deltas = fields["deltas"] {
      guard let list = deltas.list else {
        throw YAMLProblem.badValue(line: deltas.line, key: "deltas", wanted: "a list")
      }
      configuration.deltas = try list.map { try delta($0, folder) }
    }
    if let alpha = fields["alpha"] { configuration.alpha = try number(alpha) }
    if let mode = fields["mode"] {
      configuration.mode = try choice(mode, ControlMode.allCases.map { ($0.rawValue, $0) })
    }
    if let policy = fields["unmatched"] {
      configuration.unmatched = try choice(policy, UnmatchedPolicy.allCases.map { ($0.rawValue, $0) })
    }
    if let template = try fields.string("template") {
      configuration.template = Self.template(template, folder)
    }
    configuration.deltaTemplate = try fields.string("delta-template").map { Self.template($0, folder) }
    configuration.prompting.system = try fields.string("system")
    if let parses = fields["parse-special"] {
      let isParsed = try choice(parses, [("true", true), ("false", false)])
      configuration.specialTokens = isParsed ? .areParsed : .areText
    }
    var maps: [(name: String, path: String)] = []
    if let value = fields["maps"] {
      guard !configuration.deltas.isEmpty else {
        throw YAMLProblem.badValue(line: value.line, key: "maps", wanted: "a model with deltas")
      }
      maps = try value.members().map { ($0.key, path(try $0.plain(), folder)) }
    }
    return Entry(
      name: try fields.require("name").plain(), configuration: configuration,
      hasTemplate: fields["template"] != nil, maps: maps)
  }

  private static func delta(_ value: YAMLValue, _ folder: String) throws -> SteeringConfiguration.Delta {
    let fields = try value.mapping(
      "a delta", allowed: ["model", "tokenizer", "anti-expert", "alpha", "map"])
    return SteeringConfiguration.Delta(
      .path(
        path(try fields.require("model").plain(), folder),
        tokenizer: try fields.string("tokenizer").map { path($0, folder) }),
      antiExpert: try fields.string("anti-expert").map { .path(path($0, folder)) },
      alpha: try fields["alpha"].map { try number($0) },
      map: try fields.string("map").map { .path(path($0, folder)) })
  }

  /// A path of the file: from its folder where something is there, else as it stands, such as an id of the hub.
  private static func path(_ text: String, _ folder: String) -> String {
    let beside = joinPath(folder, text)
    return text.hasPrefix("/") || !fileExists(beside) ? text : beside
  }

  private static func template(_ text: String, _ folder: String) -> String {
    text == "own" || PromptTemplate.named(text) != nil ? text : path(text, folder)
  }

  private static func number(_ value: YAMLValue) throws -> Float {
    guard let number = Float(try value.plain()), number.isFinite else {
      throw YAMLProblem.badValue(line: value.line, key: value.key, wanted: "a number")
    }
    return number
  }

  private static func choice<Choice>(_ value: YAMLValue, _ choices: [(String, Choice)]) throws -> Choice {
    let text = try value.plain()
    guard let found = choices.first(where: { $0.0 == text }) else {
      throw YAMLProblem.badValue(
        line: value.line, key: value.key, wanted: "one of \(choices.map(\.0).joined(separator: ", "))")
    }
    return found.1
  }
}

extension SteeringConfiguration {
  /// Takes the models' own templates where all have one; they are loaded.
  mutating func takeOwnTemplates() {
    func hasOwn(_ reference: ModelReference) -> Bool {
      guard case .loaded(let model) = reference else { return false }
      return model.tokenizer.description.chatTemplate != nil
    }
    guard hasOwn(user) else { return }
    template = "own"
    if deltaTemplate == nil, !deltas.allSatisfy({ hasOwn($0.model) }) { deltaTemplate = "plain" }
  }
}

extension ServeError {
  /// The same fault in this file's words.
  fileprivate init(_ problem: YAMLProblem) {
    switch problem {
    case .syntax(let line, let reason): self = .file(line: line, reason: reason)
    case .unknownKey(let line, let key, let known):
      self = .file(line: line, reason: "there is no key '\(key)'; known: \(known.joined(separator: ", "))")
    case .missingKey(let line, let key): self = .file(line: line, reason: "the key '\(key)' is missing")
    case .badValue(let line, let key, let wanted):
      self = .file(line: line, reason: "'\(key)': \(wanted) is expected")
    }
  }
}
