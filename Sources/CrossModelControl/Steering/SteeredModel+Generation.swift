public import CMCControlledDecoding
internal import CMCLanguageModel
public import CMCPrompts
internal import CMCTokenization

extension SteeredModel {
  /// Generates a text.
  ///
  /// - Parameters:
  ///   - prompt: What is asked, without a template around it.
  ///   - options: How tokens are chosen and what ends the text.
  ///   - receive: Called after each step with the step and the bytes of text, whole characters, that no stop string can
  ///     take back any more; returns whether to go on.
  /// - Throws: `ControlError`, and what encoding and the models throw.
  public func generate(
    _ prompt: Conversation, _ options: GenerationOptions = GenerationOptions(),
    receive: (GenerationStep, [UInt8]) throws -> Bool = { _, _ in true }
  ) throws -> GenerationResult {
    try withSessions { try generate(prompt, options, $0, receive: receive) }
  }

  /// The same with the histories of one piece of work.
  ///
  /// - Throws: As ``generate(_:_:receive:)``.
  func generate(
    _ prompt: Conversation, _ options: GenerationOptions, _ sessions: SteeringSessions,
    receive: (GenerationStep, [UInt8]) throws -> Bool
  ) throws -> GenerationResult {
    try generator(prompt, sessions).generate(controls(options), receive: receive)
  }

  /// A generator for one prompt, at the configuration's factor.
  func generator(_ prompt: Conversation, _ sessions: SteeringSessions) throws -> ControlledGenerator {
    var models: [DeltaModel] = []
    for (delta, session) in zip(deltas, sessions.deltas) {
      models.append(
        try DeltaModel(
          name: delta.name, model: session.model, antiExpert: session.antiExpert,
          history: history(try deltaPrompt(prompt, delta), delta)))
    }
    let combiner = ScoreCombiner(
      mode: configuration.mode, policy: configuration.unmatched, terms: terms())
    let map = deltas.first?.map
    return try ControlledGenerator(
      user: sessions.user, tokenizer: tokenizer, prompt: userPrompt(prompt), deltas: models,
      combiner: combiner, matchKind: { MatchKind($0, in: map) })
  }

  /// What a delta model has read before the text begins.
  func history(_ prompt: [Int32], _ delta: Delta) -> DeltaHistory {
    delta.map.map { DeltaHistory(prompt: prompt, map: $0, user: tokenizer, delta: delta.tokenizer) }
      ?? DeltaHistory(prompt: prompt)
  }

  /// The generator's own options.
  func controls(_ options: GenerationOptions) -> ControlledGenerator.Options {
    var controls = ControlledGenerator.Options()
    controls.maxTokens = options.maxTokens
    controls.sampling = options.sampling
    controls.stops = stops(options.stops, ignoresEndTokens: options.ignoresEndTokens)
    controls.traceTop = options.traceTop
    controls.shiftsContext = options.shiftsContext
    return controls
  }

  /// What ends a text: strings, the template's marks, and the end tokens of all models that take part.
  private func stops(_ strings: [String], ignoresEndTokens: Bool) -> StopRules {
    let extra = (strings + (ignoresEndTokens ? [] : userTemplate.stops)).map { Array($0.utf8) }
    if ignoresEndTokens { return StopRules(tokens: [], strings: extra) }
    return StopRules(
      user: tokenizer.description, deltas: deltas.map { ($0.tokenizer.description, $0.map) }, strings: extra)
  }
}
