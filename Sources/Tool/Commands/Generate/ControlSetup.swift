internal import ArgumentParser
internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCTokenMapFormats
internal import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCVocabulary
internal import CrossModelControl

/// The models of a controlled generation, loaded and checked against each other.
///
/// A map that is not given is made, and kept nowhere: that takes no longer than reading one. Processor time of a whole
/// `cmc generate --max-tokens 1` with SmolLM2 and Gemma 3 both ways, medians of five: 0.23 and 0.25 s without `--map`, 0.26
/// and 0.25 s with the map's JSON file, which has 8 MB.
final class ControlSetup {
  /// A delta model, or an expert with its anti-expert.
  struct Delta {
    let name: String
    let session: LanguageModelSession
    let antiExpert: LanguageModelSession?
    let tokenizer: Tokenizer
    let template: PromptTemplate
    /// Nil where the vocabularies are the same.
    let map: TokenMap?
    let columns: MappedColumns
    let alpha: Float?
  }

  let user: any LogitSource
  let userName: String
  let tokenizer: Tokenizer
  let deltas: [Delta]
  let userTemplate: PromptTemplate
  private let options: ControlOptions

  /// Loads everything.
  ///
  /// - Parameter isUserSilent: Whether the user model's logits are all 0, so that the delta models speak alone.
  /// - Throws: Errors that name the file and what is wrong; nothing has been computed then.
  init(_ options: ControlOptions, _ common: CommonOptions, isUserSilent: Bool = false) throws {
    self.options = options
    let userModel = try LanguageModel.load(options.user)
    userName = userModel.name
    tokenizer = try Self.tokenizer(options.userTokenizer ?? options.user, userModel, common)
    userTemplate = try TemplateArgument.load(options.template, tokenizer.description)
    user =
      isUserSilent
      ? FixedLogits([Float](repeating: 0, count: userModel.logitsWidth)) : Self.session(userModel, options)
    let paths =
      options.expert.map { [DeltaArgument(argument: $0)] } ?? options.delta
    var deltas: [Delta] = []
    for (index, argument) in paths.enumerated() {
      deltas.append(
        try Self.delta(
          index, options.expert ?? argument.path, alpha: options.expert == nil ? argument.alpha : nil,
          options,
          tokenizer, userWidth: userModel.logitsWidth, common))
    }
    self.deltas = deltas
  }

  private static func session(_ model: LanguageModel, _ options: ControlOptions) -> LanguageModelSession {
    LanguageModelSession(
      model, precision: options.computing.precision, threads: options.computing.threadOptions.threads)
  }

  private static func tokenizer(
    _ path: String, _ model: LanguageModel, _ common: CommonOptions
  ) throws -> Tokenizer {
    // An adapter has no tokenizer of its own.
    let path = LanguageModel.splitArgument(path).model
    let description = try TokenizerLoader.load(path)
    for note in description.notes { common.note("\(description.name): \(note)") }
    let last = description.vocabulary.idLimit - 1
    guard last < model.logitsWidth else {
      throw FileError(
        path: path,
        underlying: ControlError.tokenizerBeyondLogits(
          tokenizer: description.name, id: last, width: model.logitsWidth))
    }
    return try withFile(path) { try Tokenizer(description) }
  }

  private static func delta(
    _ index: Int, _ path: String, alpha: Float?, _ options: ControlOptions, _ user: Tokenizer, userWidth: Int,
    _ common: CommonOptions
  ) throws -> Delta {
    let model = try LanguageModel.load(path)
    let tokenizerPath = index < options.deltaTokenizer.count ? options.deltaTokenizer[index] : path
    let tokenizer = try Self.tokenizer(tokenizerPath, model, common)
    let template = try TemplateArgument.load(options.deltaTemplate ?? options.template, tokenizer.description)
    let source = user.description
    let target = tokenizer.description
    var map: TokenMap?
    if index < options.map.count {
      let path = options.map[index]
      let input = try TokenMapReader.load(
        path, options: TokenMapReadOptions(source: source, target: target))
      for note in input.notes { common.note(note) }
      for note in try withFile(path, { try input.map.validate(source: source, target: target) }) {
        common.note(note)
      }
      map = input.map
    } else if source.vocabulary.fingerprint != target.vocabulary.fingerprint {
      let rules = try RuleOptions.parse(["--threads", "\(options.computing.threadOptions.threads)"])
      map = try rules.align(source, target, common).map
    }
    if let beyond = map?.unmatchIDsBeyondTarget(), beyond > 0 {
      common.note("\(beyond) ids beyond the target's highest are read as unmatched")
    }
    let columns =
      try map.map { try MappedColumns($0, userWidth: userWidth, deltaWidth: model.logitsWidth) }
      ?? MappedColumns(identity: userWidth, deltaWidth: model.logitsWidth)
    let antiExpert = try options.antiExpert.map { try session(LanguageModel.load($0), options) }
    return Delta(
      name: model.name, session: session(model, options), antiExpert: antiExpert, tokenizer: tokenizer,
      template: template, map: map, columns: columns, alpha: alpha)
  }

  /// The prompt's tokens for the user model.
  func userPrompt(_ prompt: String) throws -> [Int32] {
    try encode(prompt, userTemplate, tokenizer)
  }

  /// The prompt's tokens for a delta model.
  func deltaPrompt(_ prompt: String, _ delta: Delta) throws -> [Int32] {
    try encode(prompt, delta.template, delta.tokenizer)
  }

  private func encode(
    _ prompt: String, _ template: PromptTemplate, _ tokenizer: Tokenizer
  ) throws -> [Int32] {
    try tokenizer.encode(
      prompt: template.parts(prompt, parsesSpecial: options.parseSpecial),
      addsBeginning: template.takesBeginning)
  }

  /// A generator for one prompt.
  ///
  /// - Parameter alpha: The factor of deltas that have none of their own.
  func generator(_ prompt: String, alpha: Float) throws -> ControlledGenerator {
    var models: [DeltaModel] = []
    for delta in deltas {
      let ids = try deltaPrompt(prompt, delta)
      let history =
        delta.map.map { DeltaHistory(prompt: ids, map: $0, user: tokenizer, delta: delta.tokenizer) }
        ?? DeltaHistory(prompt: ids)
      models.append(
        try DeltaModel(
          name: delta.name, model: delta.session, antiExpert: delta.antiExpert, history: history))
    }
    let combiner = ScoreCombiner(mode: options.mode, policy: options.unmatched, terms: terms(alpha: alpha))
    let map = deltas.first?.map
    return try ControlledGenerator(
      user: user, tokenizer: tokenizer, prompt: userPrompt(prompt), deltas: models, combiner: combiner,
      matchKind: { MatchKind($0, in: map) })
  }

  /// The terms for a factor.
  func terms(alpha: Float) -> [ScoreCombiner.Term] {
    deltas.map { ScoreCombiner.Term(columns: $0.columns, alpha: $0.alpha ?? alpha) }
  }

  /// What ends a text.
  func stops(_ strings: [String], ignoresEOS: Bool) -> StopRules {
    let extra = (strings + (ignoresEOS ? [] : userTemplate.stops)).map { Array($0.utf8) }
    if ignoresEOS { return StopRules(tokens: [], strings: extra) }
    var rules = StopRules(user: tokenizer.description, delta: nil, map: nil, strings: extra)
    for delta in deltas {
      rules.tokens.formUnion(
        StopRules(user: tokenizer.description, delta: delta.tokenizer.description, map: delta.map).tokens)
    }
    return rules
  }
}
