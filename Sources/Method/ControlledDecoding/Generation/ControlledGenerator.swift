package import CMCLanguageModel
internal import CMCPrimitives
package import CMCTokenization
import CMCVocabulary

/// Generates text with a user model that delta models steer through token maps (ExactSemantics, section 4).
///
/// Prompts are read once; several generations may follow, with other factors α.
package final class ControlledGenerator {
  /// What a generation does, beside the models.
  package struct Options: Sendable {
    /// How many tokens at most.
    package var maxTokens = 128
    /// How a token is chosen.
    package var sampling = SamplingOptions()
    /// Added to the scores of tokens before one is chosen; ids without a score are left out.
    package var bias: [Int32: Float] = [:]
    /// What ends the text.
    package var stops = StopRules.never
    /// How many of the best tokens each step records; 0 for none.
    package var traceTop = 0
    /// Whether the text so far is dropped from the models' histories, but for its later half, where it no longer fits.
    package var shiftsContext = false
    /// Whether nobody asked for ``maxTokens``, and a delta model without room for as many ends the text where it is full.
    package var endsWhereFull = false

    /// 128 tokens, the best one each time.
    package init() {}
  }

  private let user: any LogitSource
  private let tokenizer: Tokenizer
  /// The user model's prompt.
  package let prompt: [Int32]
  /// The delta models.
  package let deltas: [DeltaModel]
  /// How logits are combined; its factors may be changed between generations.
  package let combiner: ScoreCombiner
  private let matchKind: @Sendable (Int32) -> MatchKind
  /// Sees the logits of each step before a token is chosen: the user model's, those of the delta models, the scores.
  package var observe: ((UnsafeBufferPointer<Float>, [[Float]], UnsafeBufferPointer<Float>) throws -> Void)?
  /// The user model's logits; of a source that ranks, log-probabilities, -∞ where nothing is known.
  var userLogits: [Float]
  private var promptLogits: [Float] = []
  var scores: [Float]
  /// The user model where it gives its most likely tokens alone.
  private let ranked: (any RankedLogitSource)?

  /// Puts models together; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - prompt: The user model's prompt.
  ///   - deltas: As many as the combiner has terms.
  ///   - matchKind: How a token reaches the first delta model.
  /// - Throws: ``ControlError/emptyPrompt(model:)``, ``ControlError/tokenizerBeyondLogits(tokenizer:id:width:)``.
  package init(
    user: any LogitSource, tokenizer: Tokenizer, prompt: [Int32], deltas: [DeltaModel],
    combiner: ScoreCombiner,
    matchKind: @escaping @Sendable (Int32) -> MatchKind
  ) throws(ControlError) {
    precondition(deltas.count == combiner.terms.count, "a term for each delta model")
    if prompt.isEmpty { throw .emptyPrompt(model: "the user model") }
    let last = tokenizer.description.lastOwnID
    if last >= user.logitsWidth {
      throw .tokenizerBeyondLogits(tokenizer: tokenizer.description.name, id: last, width: user.logitsWidth)
    }
    self.user = user
    ranked = user as? any RankedLogitSource
    combiner.userIsNormalized = ranked != nil
    self.tokenizer = tokenizer
    self.prompt = prompt
    self.deltas = deltas
    self.combiner = combiner
    self.matchKind = matchKind
    userLogits = [Float](repeating: 0, count: user.logitsWidth)
    scores = userLogits
  }

  /// Generates a text.
  ///
  /// - Parameter receive: Called after each step with the step and the text that is certain since the last one; returns
  ///   whether to go on.
  /// - Throws: ``ControlError``, and what the models throw.
  package func generate(
    _ options: Options, receive: (GenerationStep, [UInt8]) throws -> Bool = { _, _ in true }
  ) throws -> GenerationResult {
    try checkContext(options)
    var result = GenerationResult()
    let clock = ContinuousClock()
    let isFirst = promptLogits.isEmpty
    let begin = clock.now
    try readPrompts()
    let start = clock.now
    if isFirst { result.promptSeconds = (start - begin) / .seconds(1) }
    var sampler = Sampler(options.sampling, prompt: prompt)
    var writer = GeneratedTextWriter(tokenizer, stops: options.stops)
    let ends = options.stops.endTokens(alphas: combiner.terms.map(\.alpha))
    for index in 0..<options.maxTokens {
      var step: GenerationStep
      do {
        step = try chooseToken(index, &sampler, options)
      } catch let failure as any TextFailure where failure.isOfTextAlone {
        // What was received stays.
        result.stop = .failed("\(failure)")
        let ready = try writer.finish()
        if let last = result.steps.last { _ = try receive(last, ready) }
        break
      }
      // A row of the logits that has no token can be chosen all the same; there is no text for it, and no way on.
      let isMissing = tokenizer.description.vocabulary.kind(step.token) == .hole
      let isEnd = isMissing || ends.contains(step.token)
      var ready: [UInt8] = []
      if isEnd {
        result.stop = isMissing ? .noToken(step.token, step: index) : .endToken(step.token)
      } else {
        result.ids.append(step.token)
        ready = try writer.append(step.token)
      }
      if let string = writer.stop { result.stop = .stopString(String(decoding: string, as: UTF8.self)) }
      var isLast = isEnd || writer.stop != nil || index + 1 == options.maxTokens
      if !isLast {
        do {
          try advance(&step, options)
        } catch ControlError.contextTooShort(let model, _, let limit) {
          // What is written stays.
          result.stop = .noRoom(model: model, limit: limit, step: index)
          isLast = true
        }
      }
      step.seconds = (clock.now - start) / .seconds(1)
      result.steps.append(step)
      if isLast { ready += try writer.finish() }
      let goesOn = try receive(step, ready)
      if isLast { break }
      if !goesOn {
        result.stop = .interrupted
        _ = try writer.finish()
        break
      }
    }
    result.text = writer.text
    result.seconds = (clock.now - start) / .seconds(1)
    return result
  }

  /// Whether prompts and text fit, for a delta model as far as can be known: its text may have more tokens or fewer.
  private func checkContext(_ options: Options) throws(ControlError) {
    // With shifting, the prompt and two tokens: half of one is none.
    let text = options.shiftsContext ? min(2, options.maxTokens) - 1 : options.maxTokens - 1
    let needed = prompt.count + text
    if needed > user.contextLength {
      throw .contextTooShort(model: "the user model", needed: needed, limit: user.contextLength)
    }
    for (delta, term) in zip(deltas, combiner.terms) where term.alpha != 0 {
      let needed = delta.prompt.ids.count + (options.endsWhereFull ? 0 : text)
      if needed > delta.contextLength {
        throw .contextTooShort(model: delta.name, needed: needed, limit: delta.contextLength)
      }
    }
  }

  private func readPrompts() throws {
    if ranked != nil {
      user.truncate(to: 0)
      try user.extend(prompt)
    } else if promptLogits.isEmpty {
      user.truncate(to: 0)
      try user.extend(prompt, logits: .last) { _, values in copy(values) }
      promptLogits = userLogits
    } else {
      user.truncate(to: prompt.count)
      userLogits = promptLogits
    }
    for (delta, term) in zip(deltas, combiner.terms) where term.alpha != 0 {
      try delta.begin(mode: combiner.mode)
    }
  }

  private func chooseToken(
    _ index: Int, _ sampler: inout Sampler, _ options: Options
  ) throws -> GenerationStep {
    let looked = try ranked.map { try settle($0, index, options) }
    // What the user model would choose by itself, which a penalty is a part of.
    var own = userLogits
    if looked == nil {
      if sampler.penalizes { own.withUnsafeMutableBufferPointer { sampler.penalize($0) } }
      combine(own)
      for (id, value) in options.bias where scores.indices.contains(Int(id)) { scores[Int(id)] += value }
    }
    if let observe {
      try userLogits.withUnsafeBufferPointer { user in
        try scores.withUnsafeBufferPointer { try observe(user, deltas.map(\.logits), $0) }
      }
    }
    var combinedTop: [GenerationStep.Candidate] = []
    if options.traceTop > 0 {
      combinedTop = scores.withUnsafeBufferPointer { topCandidates($0, count: options.traceTop) }
    }
    let alone = own.withUnsafeBufferPointer(Sampler.best)
    let chosen = scores.withUnsafeBufferPointer { sampler.choose($0) }
    guard let chosen, let alone else { throw choiceError(index) }
    let userLogSumExp =
      sampler.penalizes ? userLogits.withUnsafeBufferPointer { logSumExp($0) } : combiner.userLogSumExp
    var step = GenerationStep(
      index: index, token: chosen, score: scores[Int(chosen)],
      userLogProbability: userLogits[Int(chosen)] - userLogSumExp,
      deltaTerm: combiner.terms.indices.reduce(0) { $0 + combiner.contribution(of: $1, to: Int(chosen)) },
      match: matchKind(chosen), isChanged: chosen != alone)
    step.exactness = looked?.exactness
    step.columns = looked?.columns
    if options.traceTop > 0 {
      step.combinedTop = combinedTop
      step.userTop = userLogits.withUnsafeBufferPointer { topCandidates($0, count: options.traceTop) }
      step.deltaTop = deltas.map { delta in
        delta.logits.withUnsafeBufferPointer { topCandidates($0, count: options.traceTop) }
      }
    }
    return step
  }

  func combine(_ user: [Float]) {
    user.withUnsafeBufferPointer { user in
      scores.withUnsafeMutableBufferPointer { scores in
        combiner.combine(user: user, deltas: deltas, into: scores)
      }
    }
  }

  private func choiceError(_ index: Int) -> ControlError {
    if userLogits.contains(where: \.isNaN) {
      return .notANumber(model: "the user model", position: user.tokens.count - 1)
    }
    for delta in deltas where delta.logits.contains(where: \.isNaN) {
      return .notANumber(model: delta.name, position: delta.history.ids.count - 1)
    }
    if let place = scores.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      let term = combiner.terms.indices.first { !combiner.contribution(of: $0, to: place).isFinite }
      return .overflow(step: index, model: term.map { deltas[$0].name })
    }
    return .nothingToChoose(step: index)
  }

  /// Gives the token to all models.
  private func advance(_ step: inout GenerationStep, _ options: Options) throws {
    if options.shiftsContext, user.tokens.count >= user.contextLength { try shift() }
    if ranked == nil {
      try user.extend([step.token], logits: .last) { _, values in copy(values) }
    } else {
      try user.extend([step.token])
    }
    for (delta, term) in zip(deltas, combiner.terms) where term.alpha != 0 {
      let before = delta.positions
      let change = try delta.append(step.token, mode: combiner.mode, shifts: options.shiftsContext)
      step.isReencoded = step.isReencoded || change.isReencoded
      step.deltaChanges.append(change)
      step.deltaPositions += delta.positions - before
    }
  }

  /// Drops the earlier half of the generated text from the user model's history.
  private func shift() throws {
    let generated = user.tokens[prompt.count...]
    let kept = Array(generated.suffix(generated.count / 2))
    user.truncate(to: prompt.count)
    try user.extend(kept, logits: .none) { _, _ in }
  }

  private func copy(_ values: UnsafeBufferPointer<Float>) {
    userLogits.withUnsafeMutableBufferPointer { buffer in
      _ = buffer.update(fromContentsOf: values.prefix(buffer.count))
    }
  }
}
