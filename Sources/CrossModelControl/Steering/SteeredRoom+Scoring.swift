package import CMCControlledDecoding
internal import CMCEvaluation
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

extension SteeredRoom {
  /// How many tokens of a text are scored together: of a delta model with 262 144 tokens as many logits have 256 MB.
  private static let scoredTogether = 256

  /// Scores the tokens that a text begins with, each as if it were the next one to be written, and what follows them.
  ///
  /// The tokens count as generated: the delta models read their own beginning of a text, and then the tokens through the
  /// map, as `SteeredModel.score(_:after:)` has it for a text. What the tokenizer puts before every text has no score, and
  /// without that the first token has none.
  ///
  /// - Parameters:
  ///   - order: What is asked for; a map that it names is there.
  ///   - observe: Called in order with the place of a token and the scores of all tokens for it; behind the last token, with
  ///     the scores of what follows, unless no room is left. What it throws ends the scoring.
  /// - Returns: The tokens.
  /// - Throws: ``SteeringError/noBeginning`` where a delta model has nothing to begin with, `ControlError` where the context
  ///   is too short, and what templates, encoding and the models throw.
  package func score(
    _ order: Order, observe: @escaping (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws -> [Int32] {
    let model = model(for: order) ?? model
    let ids = try userIDs(order.beginning)
    guard let first = ids.first else { throw ControlError.emptyPrompt(model: "the user model") }
    guard ids.count <= contextLength else {
      throw ControlError.contextTooShort(model: "the user model", needed: ids.count, limit: contextLength)
    }
    let opening = try model.tokenizer.encode(prompt: [])
    let begins = !opening.isEmpty && ids.starts(with: opening)
    let start = begins ? opening.count : 1
    guard start < ids.count else { return ids }
    let histories = try model.deltas.map { try model.opening($0, first: begins ? nil : first) }
    try room.withText { sources in
      let sessions = SteeringSessions(model, sources)
      let terms = model.terms(asked: order.alpha)
      let scorer = AnswerScorer(
        user: sessions.user,
        deltas: zip(sessions.deltas, terms).map {
          AnswerScorer.Delta(model: $0.model, antiExpert: $0.antiExpert, term: $1)
        },
        mode: order.mode ?? model.configuration.mode, policy: model.configuration.unmatched,
        matchKind: { _ in .exact })
      scorer.blockLength = Self.scoredTogether
      scorer.observe = { step, scores in try observe(start + step, scores) }
      // Whichever token is said to end the text: the scores of its place are those of all tokens.
      _ = try scorer.score(
        Array(ids[start...]), after: Array(ids[..<start]), histories: histories, end: first)
    }
    return ids
  }

  /// The text of one token, the best by scores that ``score(_:observe:)`` gave for the place behind the last one.
  ///
  /// - Returns: What ``write(_:observe:receive:)`` gives with temperature 0 for one token and no bias, and the token that was
  ///   chosen, which is not part of the text where it ends it.
  /// - Throws: What decoding throws.
  package func write(
    _ order: Order, from scores: [Float]
  ) throws -> (result: GenerationResult, token: Int32)? {
    let model = model(for: order) ?? model
    guard
      let best = scores.withUnsafeBufferPointer({ topCandidates($0, count: 1).first }), !best.value.isNaN
    else { return nil }
    let stops = controls(order, model).stops
    var result = GenerationResult()
    if model.tokenizer.description.vocabulary.kind(best.id) == .hole {
      result.stop = .noToken(best.id, step: 0)
    } else if endTokens(order, model).contains(best.id) {
      result.stop = .endToken(best.id)
    } else {
      result.ids = [best.id]
      var writer = GeneratedTextWriter(model.tokenizer, stops: stops)
      _ = try writer.append(best.id)
      if let string = writer.stop { result.stop = .stopString(String(decoding: string, as: UTF8.self)) }
      _ = try writer.finish()
      result.text = writer.text
    }
    return (result, best.id)
  }
}
