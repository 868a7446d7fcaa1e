public import CMCControlledDecoding
public import CMCEvaluation
internal import CMCPrompts

/// The same for one question of a user, as its text.
extension SteeredModel {
  /// Generates an answer to a question: see the same with a conversation.
  public func generate(
    _ prompt: String, _ options: GenerationOptions = GenerationOptions(),
    receive: (GenerationStep, [UInt8]) throws -> Bool = { _, _ in true }
  ) throws -> GenerationResult { try generate(Conversation(prompt), options, receive: receive) }

  /// How likely an answer to a question is: see the same with a conversation.
  public func score(_ answer: String, after prompt: String) throws -> AnswerScore {
    try score(answer, after: Conversation(prompt))
  }

  /// A generation with everything that its page shows: see the same with a conversation.
  public func trace(_ result: GenerationResult, of prompt: String) throws -> GenerationTrace {
    try trace(result, of: Conversation(prompt))
  }

  /// Generates at several factors α: see the same with a conversation.
  public func sweep(
    _ prompt: String, alphas: [Float], _ options: GenerationOptions = GenerationOptions(),
    parallel: Int = 1, observer: RunObserver = .silent
  ) throws -> SweepSummary {
    try sweep(Conversation(prompt), alphas: alphas, options, parallel: parallel, observer: observer)
  }

  /// The question's tokens for the user model, its template around it.
  public func userPrompt(_ prompt: String) throws -> [Int32] { try userPrompt(Conversation(prompt)) }

  /// The question's tokens for a delta model, its template around it.
  public func deltaPrompt(_ prompt: String, _ delta: Delta) throws -> [Int32] {
    try deltaPrompt(Conversation(prompt), delta)
  }
}
