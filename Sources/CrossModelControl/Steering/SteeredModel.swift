public import CMCAlignment
internal import CMCControlledDecoding
public import CMCLanguageModel
internal import CMCPrimitives
public import CMCPrompts
internal import CMCTokenMapFormats
public import CMCTokenization
internal import CMCVocabulary

/// An expert and an anti-expert that do not share their tokens.
private struct PairWidthsDiffer: DescribedError {
  let expert: String
  let antiExpert: String
  let widths: (expert: Int, antiExpert: Int)

  var description: String {
    "the expert \(oneLine(expert)) gives \(widths.expert) logits, the anti-expert \(oneLine(antiExpert)) \(widths.antiExpert)"
  }

  var hint: String? { "the anti-expert is the same model untuned: it must have the expert's vocabulary" }
}

/// A user model that delta models steer through token maps (exact semantics, section 4), loaded and checked.
///
/// It never changes and may be used from any number of threads: what a piece of work needs beside weights, maps and
/// tokenizers, histories above all, it takes from a pool and gives back.
///
/// A map that is not given is made, and kept nowhere: that takes no longer than reading one. Processor time of a whole
/// `cmc generate --max-tokens 1` with SmolLM2 and Gemma 3 both ways, medians of five: 0.23 and 0.25 s without `--map`, 0.26
/// and 0.25 s with the map's JSON file, which has 8 MB.
public final class SteeredModel: Sendable {
  /// A delta model, or an expert with its anti-expert.
  public struct Delta: Sendable {
    /// The model with its tokenizer.
    public let loaded: LoadedModel
    /// The model whose logits are taken from it; nil for a plain delta model.
    public let antiExpert: LanguageModel?
    /// What is put around its prompts.
    public let template: PromptTemplate
    /// From the user's vocabulary to its own; nil where they are the same.
    public let map: TokenMap?
    /// A factor of its own.
    public let alpha: Float?
    let columns: MappedColumns
    /// The anti-expert as it was asked for.
    let antiExpertArgument: String?

    /// The model's short name.
    public var name: String { loaded.name }
    /// Its tokenizer.
    public var tokenizer: Tokenizer { loaded.tokenizer }
  }

  /// What it was made from.
  public let configuration: SteeringConfiguration
  /// The model that is steered.
  public let user: UserModel
  /// What is put around its prompts.
  public let userTemplate: PromptTemplate
  /// The models that steer it.
  public let deltas: [Delta]
  private let idle = Guarded<[SteeringSessions]>([])

  /// The user model's tokenizer.
  public var tokenizer: Tokenizer { user.tokenizer }

  /// Loads everything and checks that it belongs together; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - configuration: Which models run, and how they are joined.
  ///   - observer: Hears what tokenizers, maps and overrides leave open.
  /// - Throws: `FileError` naming the file and what is wrong with it, `PromptTemplateError` for a template, or
  ///   `ControlError` where models and map do not belong together.
  public init(_ configuration: SteeringConfiguration, observer: RunObserver = .silent) throws {
    self.configuration = configuration
    user = try configuration.user.loadUser(observer: observer)
    if case .remote = user, configuration.mode == .add { throw ControlError.needsLogits("--mode add") }
    userTemplate = try TemplateArgument.load(
      configuration.template, user.tokenizer.description, configuration.prompting)
    var deltas: [Delta] = []
    for delta in configuration.deltas {
      deltas.append(try Self.load(delta, configuration, user, observer))
    }
    self.deltas = deltas
  }

  private static func load(
    _ delta: SteeringConfiguration.Delta, _ configuration: SteeringConfiguration, _ user: UserModel,
    _ observer: RunObserver
  ) throws -> Delta {
    let loaded = try delta.model.load(observer: observer)
    let template = try TemplateArgument.load(
      configuration.deltaTemplate ?? configuration.template, loaded.tokenizer.description,
      configuration.prompting)
    var map = try self.map(delta.map, user, loaded, threads: configuration.computing.threads, observer)
    if let beyond = map?.unmatchIDsBeyondTarget(), beyond > 0 {
      observer.note("\(beyond) ids beyond the target's highest are read as unmatched")
    }
    let (width, deltaWidth) = (user.logitsWidth, loaded.model.logitsWidth)
    map?.unmatch(
      sources: user.tokenizer.description.idsWithoutLogit(width: width),
      targets: loaded.tokenizer.description.idsWithoutLogit(width: deltaWidth))
    let columns =
      try map.map { try MappedColumns($0, userWidth: width, deltaWidth: deltaWidth) }
      ?? MappedColumns(identity: width, deltaWidth: deltaWidth)
    let antiExpert = try delta.antiExpert?.loadModel()
    if let antiExpert, antiExpert.logitsWidth != deltaWidth {
      throw PairWidthsDiffer(
        expert: loaded.name, antiExpert: antiExpert.name, widths: (deltaWidth, antiExpert.logitsWidth))
    }
    return Delta(
      loaded: loaded, antiExpert: antiExpert, template: template, map: map, alpha: delta.alpha,
      columns: columns, antiExpertArgument: delta.antiExpert?.argument)
  }

  /// The map that is given, or one that is made; nil where the vocabularies are the same.
  private static func map(
    _ reference: SteeringConfiguration.MapReference?, _ user: UserModel, _ delta: LoadedModel, threads: Int,
    _ observer: RunObserver
  ) throws -> TokenMap? {
    let (source, target) = (user.tokenizer.description, delta.tokenizer.description)
    switch reference {
    case .path(let path):
      let input = try TokenMapReader.load(
        path, options: TokenMapReadOptions(source: source, target: target))
      for note in input.notes { observer.note(note) }
      for note in try withFile(path, { try input.map.validate(source: source, target: target) }) {
        observer.note(note)
      }
      return input.map
    case .map(let map):
      for note in try map.validate(source: source, target: target) { observer.note(note) }
      return map
    case nil:
      if source.vocabulary.fingerprint == target.vocabulary.fingerprint { return nil }
      return try PairAlignment(
        source, target, rules: AlignmentRules(threads: threads), observer: observer
      ).map
    }
  }

  /// The prompt's tokens for the user model, its template around it.
  public func userPrompt(_ prompt: Conversation) throws -> [Int32] {
    try encode(prompt, userTemplate, tokenizer)
  }

  /// The prompt's tokens for a delta model, its template around it.
  public func deltaPrompt(_ prompt: Conversation, _ delta: Delta) throws -> [Int32] {
    try encode(prompt, delta.template, delta.tokenizer)
  }

  private func encode(
    _ prompt: Conversation, _ template: PromptTemplate, _ tokenizer: Tokenizer
  ) throws -> [Int32] {
    try tokenizer.encode(
      prompt: template.parts(prompt, parsesSpecial: parsesSpecial), addsBeginning: template.takesBeginning)
  }

  var parsesSpecial: Bool { configuration.specialTokens == .areParsed }

  /// Each delta model's part at a factor.
  ///
  /// - Parameter asked: The factor that a request or a step of a sweep asks for; nil for those of the set-up. A single delta
  ///   model takes it, whatever its own is; of several, those with a factor of their own have it multiplied. 0 is the user
  ///   model alone, always.
  func terms(asked: Float? = nil) -> [ScoreCombiner.Term] {
    deltas.indices.map {
      ScoreCombiner.Term(columns: deltas[$0].columns, alpha: factor(of: $0, asked: asked))
    }
  }

  /// The factor of a delta model; see ``terms(asked:)``.
  func factor(of index: Int, asked: Float?) -> Float {
    let own = deltas[index].alpha
    guard let asked else { return own ?? configuration.alpha }
    return deltas.count == 1 ? asked : (own ?? 1) * asked
  }

  /// The factor to ask for that changes nothing.
  package var askedAlpha: Float {
    deltas.count == 1
      ? factor(of: 0, asked: nil) : deltas.allSatisfy { $0.alpha != nil } ? 1 : configuration.alpha
  }

  /// Runs work with histories that nobody else uses meanwhile.
  func withSessions<R>(_ body: (SteeringSessions) throws -> R) rethrows -> R {
    let sessions = idle.withLock { $0.popLast() } ?? SteeringSessions(self)
    defer { idle.withLock { $0.append(sessions) } }
    return try body(sessions)
  }
}
