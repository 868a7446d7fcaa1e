internal import CMCControlledDecoding
public import CMCEvaluation
internal import CMCLanguageModel
public import CMCPrompts
internal import CMCTokenization
internal import CMCTraining

extension SteeredModel {
  /// How likely an answer is.
  ///
  /// - Parameters:
  ///   - answer: The answer, or a text.
  ///   - prompt: What it answers, without a template around it; nil for a text, all of which is scored but for its first
  ///     token where the model has none of its own to begin with.
  /// - Returns: The score of as much of it as the context has room for.
  /// - Throws: ``SteeringError/noBeginning``, and what encoding and the models throw.
  public func score(_ answer: String, after prompt: Conversation?) throws -> AnswerScore {
    try withSessions { try score(answer, after: prompt, $0) }
  }

  /// The same with the histories of one piece of work.
  ///
  /// - Throws: As ``score(_:after:)``.
  func score(
    _ answer: String, after prompt: Conversation?, _ sessions: SteeringSessions
  ) throws -> AnswerScore {
    try score(answer, after: prompt, deltas, sessions, scorer(sessions, deltas))
  }

  /// The same of several answers, one after another.
  ///
  /// - Returns: What scores an answer; behind the same prompt as before the user model does not read it again. It throws as
  ///   ``score(_:after:)``.
  func answerScores(
    _ sessions: SteeringSessions
  ) -> (_ answer: String, _ prompt: Conversation?) throws -> AnswerScore {
    let scorer = scorer(sessions, deltas)
    return { [self] in try score($0, after: $1, deltas, sessions, scorer) }
  }

  /// The same by the user model alone, as if there were no delta models.
  ///
  /// - Throws: As ``score(_:after:)``.
  func scoreAlone(
    _ answer: String, after prompt: Conversation?, _ sessions: SteeringSessions
  ) throws -> AnswerScore {
    try score(answer, after: prompt, [], sessions, scorer(sessions, []))
  }

  private func score(
    _ answer: String, after prompt: Conversation?, _ deltas: [Delta], _ sessions: SteeringSessions,
    _ scorer: AnswerScorer
  ) throws -> AnswerScore {
    var beginning: [Int32]
    var ids: [Int32]
    var first: Int32?
    if let prompt {
      beginning = try userPrompt(prompt)
      var options = EncodingOptions()
      options.isContinuation = true
      ids = try tokenizer.encode(answer, options: options)
    } else {
      beginning = try tokenizer.encode(prompt: [])
      ids = try tokenizer.encode(prompt: [PromptPart(answer, parsesSpecial: false)])
      // Without a token of its own before a text, its first token is what the others follow.
      if beginning.isEmpty {
        beginning = Array(ids.prefix(1))
        first = beginning.first
      }
      ids = Array(ids.dropFirst(beginning.count))
    }
    let histories = try deltas.map { delta in
      guard let prompt else { return try opening(delta, first: first) }
      let own = try deltaPrompt(prompt, delta)
      guard !own.isEmpty else { throw SteeringError.noBeginning }
      return history(own, delta)
    }
    let room = max(0, sessions.user.contextLength - beginning.count)
    // As in training: what the template ends an answer with, and what ends a text. A text that is cut has no end.
    let ends = DocumentEncoder(
      tokenizer, template: userTemplate, longest: .max, stops: StopRules.endTokens(tokenizer.description))
    let end = ids.count > room ? nil : prompt == nil ? ends.endOfText : ends.end
    return try scorer.score(
      Array(ids.prefix(room)), after: beginning, histories: histories, end: end)
  }

  /// What a delta model has read where a text begins: what its tokenizer puts before every text, and the text's first token
  /// where nothing says the user model's beginning.
  ///
  /// - Parameter first: That token; nil where the user's tokenizer has a beginning of its own.
  /// - Throws: ``SteeringError/noBeginning``, and what encoding throws.
  func opening(_ delta: Delta, first: Int32?) throws -> DeltaHistory {
    let own = try delta.tokenizer.encode(prompt: [])
    var history = history(own, delta)
    if let first {
      let before = history
      _ = try history.append(first)
      // A mark of a text's beginning that the delta model has already is not read twice.
      if let last = own.last, history.ids == own + [last] { history = before }
    }
    guard !history.ids.isEmpty else { throw SteeringError.noBeginning }
    return history
  }

  private func scorer(_ sessions: SteeringSessions, _ deltas: [Delta]) -> AnswerScorer {
    let terms = self.terms()
    let (hasDeltas, map) = (!deltas.isEmpty, deltas.first?.map)
    let scorer = AnswerScorer(
      user: sessions.user,
      // Of no delta models none is zipped: the user's own scores remain.
      deltas: zip(sessions.deltas.prefix(deltas.count), terms).map {
        AnswerScorer.Delta(model: $0.model, antiExpert: $0.antiExpert, term: $1)
      },
      mode: configuration.mode, policy: configuration.unmatched,
      matchKind: { hasDeltas ? MatchKind($0, in: map) : .exact })
    scorer.threads = configuration.computing.threads
    return scorer
  }
}
