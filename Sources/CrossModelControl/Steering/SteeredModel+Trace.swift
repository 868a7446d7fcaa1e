internal import CMCAlignment
public import CMCControlledDecoding
internal import CMCPrimitives
public import CMCPrompts
internal import CMCTokenization
package import CMCVocabulary

extension SteeredModel {
  /// A generation with everything that its page and its file show.
  ///
  /// - Parameters:
  ///   - result: What `generate(_:_:receive:)` or ``steps(_:_:)`` gave; its best tokens are there where `traceTop` asked
  ///     for them.
  ///   - prompt: What was asked.
  public func trace(_ result: GenerationResult, of prompt: Conversation) throws -> GenerationTrace {
    var trace = GenerationTrace(
      tool: CrossModelControlVersion.tool, user: user.name,
      deltas: deltas.map { delta in
        GenerationTrace.Delta(
          name: delta.name, alpha: (delta.alpha ?? configuration.alpha).shortestDecimal,
          map: delta.map.map { "\($0.source.name) → \($0.target.name)" } ?? "same vocabulary")
      }, mode: configuration.mode.rawValue, unmatched: configuration.unmatched.rawValue, prompt: prompt.text,
      text: String(decoding: result.text, as: UTF8.self), stop: result.stop.name,
      steps: result.steps.map(traced))
    trace.exactness = result.exactness
    trace.promptIDs = try userPrompt(prompt)
    trace.deltaPromptIDs = try deltas.map { try deltaPrompt(prompt, $0) }
    return trace
  }

  /// A step as a trace has it.
  package func traced(_ step: GenerationStep) -> GenerationTrace.Step {
    let vocabulary = tokenizer.description.vocabulary
    var traced = GenerationTrace.Step(
      id: Int(step.token), piece: vocabulary.shown(step.token), text: Self.text(step.token, vocabulary),
      match: step.match.rawValue, score: Double(step.score),
      userLogProbability: Double(step.userLogProbability), deltaTerm: Double(step.deltaTerm),
      isChanged: step.isChanged, isReencoded: step.isReencoded)
    traced.deltaPositions = step.deltaPositions
    traced.seconds = step.seconds
    traced.deltaChanges = step.deltaChanges
    traced.userTop = Self.candidates(step.userTop, vocabulary)
    traced.deltaTop = zip(deltas, step.deltaTop).map { delta, top in
      Self.candidates(top, delta.tokenizer.description.vocabulary)
    }
    traced.combinedTop = Self.candidates(step.combinedTop, vocabulary)
    return traced
  }

  private static func candidates(
    _ top: [GenerationStep.Candidate], _ vocabulary: Vocabulary
  ) -> [GenerationTrace.Candidate] {
    top.map {
      GenerationTrace.Candidate(id: Int($0.id), piece: vocabulary.shown($0.id), value: Double($0.value))
    }
  }

  /// What a token contributes to the text; nil for special tokens and parts of characters.
  private static func text(_ id: Int32, _ vocabulary: Vocabulary) -> String? {
    guard vocabulary.kind(id) == .text else { return nil }
    return String(decoding: vocabulary.canonical[Int(id)], as: UTF8.self)
  }
}

extension Vocabulary {
  /// A token's visible form; padding columns of a model have none.
  package func shown(_ id: Int32) -> String {
    guard Int(id) < idLimit else { return "" }
    return TokenDisplay.string(canonical[Int(id)], kind: kind(id))
  }
}
