internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCServing
internal import CrossModelControl

/// Whether anybody still wants what is being written.
final class Cancellation: Sendable {
  private let state = Guarded(false)

  var isCancelled: Bool { state.withLock { $0 } }

  func cancel() { state.withLock { $0 = true } }
}

/// One text of a request.
struct TextJob: Sendable {
  /// Its number in the answer.
  let index: Int
  let order: SteeredRoom.Order
  /// How many of the best tokens are wanted beside each; nil for no log-probabilities.
  let top: Int?
  /// Until when it may be written.
  let deadline: ContinuousClock.Instant
  let begin = ContinuousClock.now

  /// What came of it.
  struct Outcome: Sendable {
    var choice: TextChoice
    var usage: Usage
  }

  /// Writes the text on this thread.
  ///
  /// - Parameters:
  ///   - room: Where it is written.
  ///   - cancellation: Looked at after each token.
  ///   - metrics: Told of tokens.
  ///   - piece: Given what each token adds; returns whether it has been taken.
  /// - Throws: ``APIError/timeout``, and what generation throws.
  func write(
    in room: SteeredRoom, _ cancellation: Cancellation, _ metrics: Metrics,
    piece: (TextChoice) -> Bool = { _ in true }
  ) throws -> Outcome {
    var scores = top.map { TextScores(room.model.tokenizer, top: $0) }
    var tokens: [ScoredToken]? = scores == nil ? nil : []
    var offset = 0
    var last = begin
    var isLate = false
    if cancellation.isCancelled { return outcome(GenerationResult(), tokens, promptTokens: 0) }
    let (result, promptTokens) = try room.write(
      order, observe: scores == nil ? nil : { scores?.keep($0) }
    ) { step, bytes in
      let now = ContinuousClock.now
      if step.index == 0 {
        metrics.firstToken(after: (now - begin) / .seconds(1))
      } else {
        metrics.nextToken(after: (now - last) / .seconds(1))
      }
      last = now
      isLate = now > deadline
      let text = String(decoding: bytes, as: UTF8.self)
      let token = scores?.token(step.token)
      if let token { tokens?.append(token) }
      var isTaken = true
      if !bytes.isEmpty || token != nil {
        isTaken = piece(
          TextChoice(index: index, text: text, tokens: token.map { [$0] }, textOffset: offset))
      }
      offset += text.unicodeScalars.count
      return isTaken && !isLate && !cancellation.isCancelled
    }
    metrics.wrote(
      Usage(promptTokens: promptTokens, completionTokens: result.ids.count),
      isCancelled: result.stop == .interrupted)
    if isLate { throw APIError.timeout }
    return outcome(result, tokens, promptTokens: promptTokens)
  }

  private func outcome(
    _ result: GenerationResult, _ tokens: [ScoredToken]?, promptTokens: Int
  ) -> Outcome {
    let finish: FinishReason =
      switch result.stop {
      case .length, .interrupted: .length
      case .endToken, .stopString, .noToken: .stop
      }
    return Outcome(
      choice: TextChoice(
        index: index, text: String(decoding: result.text, as: UTF8.self), finish: finish,
        // The token that ends a text is not part of it.
        tokens: tokens.map { Array($0.prefix(result.ids.count)) }),
      usage: Usage(promptTokens: promptTokens, completionTokens: result.ids.count))
  }
}
