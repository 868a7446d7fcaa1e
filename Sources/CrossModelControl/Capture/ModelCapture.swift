internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCHashing
internal import CMCLanguageModel
internal import CMCLinearAlgebra
public import CMCLogitShift
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCTokenization
internal import CMCVocabulary

/// Captures a run with models that are computed here.
///
/// ``init(_:observer:)`` loads everything and refuses what does not fit; ``run()`` computes, and keeps what is done.
public final class ModelCapture: Sendable {
  /// What the run is, as its `run.json` has it.
  public let description: RunDescription
  /// What it is captured with.
  public let settings: CaptureSettings
  let configuration: CaptureConfiguration
  let observer: RunObserver
  let tokenizer: Tokenizer
  let templates: (base: PromptTemplate, tuned: PromptTemplate)
  /// The texts of the run that is followed; nil where this run leads.
  let followed: FollowedRun?
  let prompts: [Conversation]
  let responses: [String]?
  private let base: LanguageModel
  private let tuned: LanguageModel
  private let tunedComputing: Computing
  private let parallel: Int

  /// Loads models, tokenizer, templates, map and texts; nothing is computed or written yet.
  ///
  /// - Throws: Errors that name the file and what is wrong with it.
  public init(_ configuration: CaptureConfiguration, observer: RunObserver = .silent) throws {
    self.configuration = configuration
    self.observer = observer
    let baseModel = try LanguageModel.load(configuration.base)
    let tunedPath = configuration.tuned ?? configuration.base
    let tunedModel = tunedPath == configuration.base ? baseModel : try LanguageModel.load(tunedPath)
    if tunedPath != configuration.base {
      observer.hear(tunedModel.notes, of: tunedModel.name, at: tunedModel.path)
    }
    let loaded = try LoadedModel(
      configuration.base, model: baseModel, tokenizer: configuration.tokenizer ?? configuration.base,
      observer: observer)
    tokenizer = loaded.tokenizer
    let vocabulary = tokenizer.description
    templates.base = try TemplateArgument.load(
      configuration.baseTemplate, vocabulary, configuration.prompting)
    templates.tuned =
      try configuration.tunedTemplate.map {
        try TemplateArgument.load($0, vocabulary, configuration.prompting)
      }
      ?? templates.base
    var tunedComputing = configuration.computing
    tunedComputing.precision = configuration.tunedPrecision ?? tunedComputing.precision
    (base, tuned, self.tunedComputing) = (baseModel, tunedModel, tunedComputing)
    parallel = configuration.parallel ?? LanguageModel.defaultParallel([baseModel, tunedModel])

    var description = RunDescription(
      tool: CrossModelControlVersion.tool, label: configuration.name, task: configuration.task,
      base: baseModel.name, tuned: Self.tunedName(tunedModel.name, configuration),
      tokenizer: vocabulary.name, tokenizerPath: loaded.tokenizerPath,
      fingerprint: vocabulary.vocabulary.fingerprint.hex, width: baseModel.logitsWidth,
      kept: configuration.kept.count, settings: "", prompts: [])
    switch configuration.texts {
    case .prompts(let prompts):
      (self.prompts, responses, followed) = (prompts.map { Conversation($0) }, nil, nil)
    case .conversations(let conversations, let responses):
      try Self.check(responses, conversations.count)
      (prompts, self.responses, followed) = (conversations, responses, nil)
    case .responses(let prompts, let responses):
      try Self.check(responses, prompts.count)
      (self.prompts, self.responses, followed) = (prompts.map { Conversation($0) }, responses, nil)
    case .following(let run, let map, let limit):
      let followed = try FollowedRun(run, map: map, configuration, description, observer)
      prompts = Array(followed.run.description.asked.prefix(limit ?? .max))
      (responses, self.followed) = (nil, followed)
      description.follows = followed.run.label
      description.map = followed.mapDigest
      if followed.mapDigest != nil { description.shuffleSeeds = configuration.shuffleSeeds }
    }
    description.asked = prompts
    description.part = configuration.shard.map { .init($0, isLabelled: configuration.label != nil) }
    // Both models are mostly files of one: each is hashed once.
    var identities = IdentityReader()
    settings = CaptureSettings(
      base: try WeightsIdentity(configuration.base, &identities),
      tuned: try WeightsIdentity(tunedPath, &identities),
      tokenizer: try TokenizerIdentity(vocabulary, &identities), baseTemplate: templates.base.contentDigest,
      tunedTemplate: templates.tuned.contentDigest, parsesSpecial: configuration.parsesSpecial,
      basePrecision: configuration.computing.identity(parallel: parallel),
      tunedPrecision: tunedComputing.identity(parallel: parallel),
      prompts: RunDigest.of(prompts.map(\.digested)),
      responses: responses.map { RunDigest.of($0) }, follows: followed?.run.description.settings,
      map: followed?.mapContent, kept: configuration.kept.count,
      shuffles: followed?.wanted == nil ? 0 : configuration.shuffles, seed: configuration.seed,
      maxTokens: configuration.answering.maxTokens, temperature: configuration.answering.temperature,
      stops: configuration.answering.stops)
    description.settings = try RunDigest.of(settings)
    self.description = description
  }

  private static func check(_ responses: [String]?, _ count: Int) throws {
    if let responses, responses.count < count {
      throw LogitShiftError.badSetting("\(responses.count) responses for \(count) prompts")
    }
  }

  /// The tuned model's name with what tells two versions of one model apart.
  private static func tunedName(_ model: String, _ configuration: CaptureConfiguration) -> String {
    var name = model
    if let template = configuration.tunedTemplate, template != configuration.baseTemplate {
      name += ", template \(template.split(separator: "/").last ?? "")"
    }
    if let precision = configuration.tunedPrecision, precision != configuration.computing.precision {
      name += ", \(precision.rawValue)"
    }
    return name
  }

  /// Captures what is not there yet, until all is or the observer cancels.
  ///
  /// - Throws: `FileError` with a ``SettingsDifference`` where the folder has a run that was captured with anything else,
  ///   and what computing throws; prompts that were done stay.
  public func run() throws -> CaptureOutcome {
    // First of all: models that do not fit each other leave nothing behind.
    guard base.logitsWidth == tuned.logitsWidth else {
      throw LogitShiftError.widthsDiffer(first: base.logitsWidth, second: tuned.logitsWidth)
    }
    let writer = try RunWriter(
      path: configuration.output, description: description, settings: settings,
      names: (configuration.label, configuration.task), tokenTexts: MapSide(tokenizer.description).pieces
    ) { earlier in
      if let difference = try settings.difference(from: earlier) { throw difference }
    }
    let (kept, threads) = (configuration.kept.count, configuration.computing.threads)
    guard parallel > 1 else {
      let recorder = try PairRecorder(
        base: configuration.computing.session(base), tuned: tunedComputing.session(tuned), kept: kept,
        threads: threads)
      return try CaptureOutcome(capturing: writer, observer) { try file(of: $0, recorder, observer) }
    }
    let texts = BatchedGenerator(
      [configuration.computing.batchedSession(base), tunedComputing.batchedSession(tuned)],
      parallel: parallel)
    return try CaptureOutcome(writer, observer) { missing, receive in
      try texts.forEach(
        count: missing.count, observer,
        { [self, missing] index, sources, observer in
          let recorder = try PairRecorder(
            base: sources[0], tuned: sources[1], kept: kept, threads: threads)
          let bytes = try CaptureOutcome.file(of: missing[index], description, observer) {
            try file(of: missing[index], recorder, observer)
          }
          return observer.isCancelled() ? nil : bytes
        }, receive)
    }
  }

  private func file(of prompt: Int, _ recorder: PairRecorder, _ observer: RunObserver) throws -> [UInt8] {
    if let followed { return try follow(followed, prompt, recorder) }
    return try lead(prompt, recorder, observer)
  }

  /// A prompt of the first pair: its response, in the tokens it was made of.
  private func lead(_ prompt: Int, _ recorder: PairRecorder, _ observer: RunObserver) throws -> [UInt8] {
    let text = prompts[prompt]
    let (ids, steps) = try response(to: prompt, tuned: recorder.tuned, observer)
    return try recorder.record(
      prompt: prompt, steps: steps,
      baseHistories: steps.histories(prompt: try encode(text, in: templates.base), ids: ids),
      tunedHistories: steps.histories(prompt: try encode(text, in: templates.tuned), ids: ids))
  }

  /// A prompt of the second pair: the same text prefixes in its own tokens.
  private func follow(_ followed: FollowedRun, _ prompt: Int, _ recorder: PairRecorder) throws -> [UInt8] {
    let captured = try followed.run.prompt(prompt)
    if let error = captured.error {
      throw LogitShiftError.notCaptured(run: followed.run.label, reason: error)
    }
    guard captured.prefixes.count == captured.steps.count else {
      throw LogitShiftError.badSetting(
        "\(followed.run.label) has no text prefixes to follow: it was imported")
    }
    let steps = ResponseSteps(captured)
    let text = prompts[prompt]
    return try recorder.record(
      prompt: prompt, steps: steps,
      baseHistories: try steps.histories(prompt: try encode(text, in: templates.base), tokenizer: tokenizer),
      tunedHistories: try steps.histories(
        prompt: try encode(text, in: templates.tuned), tokenizer: tokenizer)
    ) { index in
      guard let wanted = followed.wanted else { return [] }
      return wanted.columns(for: try captured.step(index))
    }
  }

  /// A prompt in its template, as tokens.
  func encode(_ prompt: Conversation, in template: PromptTemplate) throws -> [Int32] {
    try tokenizer.encode(
      prompt: try template.parts(prompt, parsesSpecial: configuration.parsesSpecial),
      addsBeginning: template.takesBeginning)
  }
}
