internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCServing
internal import CMCTokenization
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
  /// Whether the text begins with the prompt, which is scored too.
  let echoes: Bool
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
  /// - Throws: ``APIError/timeout``, `CancellationError` where nobody wants it any more, and what generation throws.
  func write(
    in room: SteeredRoom, _ cancellation: Cancellation, _ metrics: Metrics,
    piece: (TextChoice) -> Bool = { _ in true }
  ) throws -> Outcome {
    if cancellation.isCancelled { throw CancellationError() }
    if echoes { return try writeEcho(in: room, cancellation, metrics) }
    // The token that ends a text is not part of it.
    let written = try generate(in: room, cancellation, metrics, TextOffsets(), includesEnd: false, piece)
    var outcome = outcome(written)
    outcome.choice.textOffsets = written.offsets
    if order.options.traceTop > 0 { outcome.choice.trace = try room.trace(written.result, of: order) }
    return outcome
  }

  private struct Written {
    var result = GenerationResult()
    var promptTokens = 0
    /// The tokens with their log-probabilities.
    var tokens: [ScoredToken]?
    /// Where they begin.
    var offsets: [Int] = []
  }

  /// - Parameters:
  ///   - offsets: Behind what comes before the text.
  ///   - includesEnd: Whether the token that ends the text is among its tokens.
  private func generate(
    in room: SteeredRoom, _ cancellation: Cancellation, _ metrics: Metrics, _ offsets: TextOffsets,
    includesEnd: Bool, _ piece: (TextChoice) -> Bool
  ) throws -> Written {
    var scores = top.map { TextScores(room.model.tokenizer, top: $0) }
    var tokens: [ScoredToken]? = scores == nil ? nil : []
    var offsets = offsets
    var known: [Int] = []
    // Tokens are given with the text that they begin in.
    var given = 0
    let ends = room.ends(order)
    var last = begin
    var isLate = false
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
      let isEnd = ends(step.token)
      if let token = scores?.token(step.token) {
        if includesEnd || !isEnd {
          tokens?.append(token)
          known += offsets.append(textBytes(token, room), text: text)
        } else {
          known += offsets.finish(text: text)
        }
      }
      var isTaken = true
      let traced = order.options.traceTop > 0 ? room.model.traced(step) : nil
      if !bytes.isEmpty || given < known.count || traced != nil {
        isTaken = piece(
          TextChoice(
            index: index, text: text, tokens: tokens.map { Array($0[given..<known.count]) },
            textOffsets: Array(known[given...]), step: traced))
        given = known.count
      }
      return isTaken && !isLate && !cancellation.isCancelled
    }
    known += offsets.finish()
    if let tokens, given < tokens.count {
      _ = piece(
        TextChoice(
          index: index, text: "", tokens: Array(tokens[given...]), textOffsets: Array(known[given...])))
    }
    metrics.wrote(
      Usage(promptTokens: promptTokens, completionTokens: result.ids.count),
      isCancelled: result.stop == .interrupted)
    if isLate { throw APIError.timeout }
    return Written(result: result, promptTokens: promptTokens, tokens: tokens, offsets: known)
  }

  private func outcome(_ written: Written) -> Outcome {
    let finish: FinishReason =
      switch written.result.stop {
      case .length, .interrupted, .noRoom: .length
      case .endToken, .stopString, .noToken, .failed: .stop
      }
    return Outcome(
      choice: TextChoice(
        index: index, text: String(decoding: written.result.text, as: UTF8.self), finish: finish,
        tokens: written.tokens),
      usage: Usage(promptTokens: written.promptTokens, completionTokens: written.result.ids.count))
  }

  /// The prompt with its log-probabilities, and the text behind it.
  ///
  /// The lists have a place for every token of the prompt and every one that was chosen, also for one that ends the text:
  /// clients count on it.
  private func writeEcho(
    in room: SteeredRoom, _ cancellation: Cancellation, _ metrics: Metrics
  ) throws -> Outcome {
    var ids = try room.userIDs(order.beginning)
    var scores = TextScores(room.model.tokenizer, top: top ?? 0)
    var list: [ScoredToken] = []
    var following: [Float]?
    if top != nil {
      let known = ids
      ids = try room.score(order) { place, values in
        if cancellation.isCancelled { throw CancellationError() }
        if ContinuousClock.now > deadline { throw APIError.timeout }
        scores.keep(values)
        if place < known.count {
          list.append(scores.token(known[place]))
        } else {
          following = scores.scores
        }
      }
      list = ids.prefix(ids.count - list.count).map { scores.first($0) } + list
    }
    let prompt = try promptText(ids, room)
    var offsets = TextOffsets()
    var known = list.dropLast().flatMap { offsets.append(textBytes($0, room), text: "") }
    if let last = list.last { known += offsets.append(textBytes(last, room), text: prompt) }
    known += offsets.finish()
    var written = Written(promptTokens: ids.count)
    if order.options.maxTokens == 0 {
      metrics.wrote(Usage(promptTokens: ids.count, completionTokens: 0), isCancelled: false)
    } else if let following, isOneBest, let one = try room.write(order, from: following) {
      let token = scores.token(one.token)
      (written.result, written.tokens) = (one.result, [token])
      let text = String(decoding: one.result.text, as: UTF8.self)
      written.offsets = offsets.append(textBytes(token, room), text: text) + offsets.finish()
      metrics.wrote(
        Usage(promptTokens: ids.count, completionTokens: one.result.ids.count), isCancelled: false)
    } else {
      written = try generate(in: room, cancellation, metrics, offsets, includesEnd: true) { _ in true }
    }
    known += written.offsets
    var outcome = outcome(written)
    outcome.choice.text = prompt + outcome.choice.text
    outcome.choice.tokens = top.map { _ in list + (written.tokens ?? []) }
    outcome.choice.textOffsets = top == nil ? [] : known
    return outcome
  }

  /// The bytes that a token has in the text: none where it is no text, such as one that begins a text.
  private func textBytes(_ token: ScoredToken, _ room: SteeredRoom) -> [UInt8] {
    room.model.tokenizer.description.vocabulary.kind(token.id) == .special ? [] : token.bytes
  }

  /// Whether one token is asked for, and the best by the scores as they are.
  private var isOneBest: Bool {
    order.options.maxTokens == 1 && order.options.sampling.temperature == 0
      && order.options.sampling.repetitionPenalty == 1 && order.bias.isEmpty
  }

  private func promptText(_ ids: [Int32], _ room: SteeredRoom) throws -> String {
    if case .text(let text) = order.beginning { return text }
    return String(decoding: try room.model.tokenizer.decode(ids), as: UTF8.self)
  }
}
