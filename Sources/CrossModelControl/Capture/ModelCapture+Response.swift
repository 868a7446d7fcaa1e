internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCLogitShift
internal import CMCPrompts
internal import CMCTokenization
internal import CMCVocabulary

extension ModelCapture {
  /// The tokens and steps of a prompt's response: given, or made by the tuned model.
  func response(
    to prompt: Int, tuned: any LogitSource, _ observer: RunObserver
  ) throws -> ([Int32], ResponseSteps) {
    if let responses { return try given(responses[prompt], to: prompt, observer) }
    return try generated(for: prompt, tuned, observer)
  }

  private func given(
    _ response: String, to prompt: Int, _ observer: RunObserver
  ) throws -> ([Int32], ResponseSteps) {
    let given = Array(response.utf8)
    var options = EncodingOptions()
    options.isContinuation = true
    let ids = try tokenizer.encode(given, options: options)
    // What the tokens give back: a tokenizer may write a text its own way, and the steps are those of its tokens.
    let bytes = text(of: ids)
    if bytes != given { observer.note("response \(prompt) is taken as its tokens spell it") }
    return (ids, ResponseSteps(ids: ids, response: bytes, ends: true, tokenizer: tokenizer))
  }

  /// The tuned model answers as a user model without deltas would, so that what is measured is what people get.
  private func generated(
    for prompt: Int, _ tuned: any LogitSource, _ observer: RunObserver
  ) throws -> ([Int32], ResponseSteps) {
    let combiner = ScoreCombiner(mode: .add, policy: .zero, terms: [])
    let generator = try ControlledGenerator(
      user: tuned, tokenizer: tokenizer, prompt: try encode(prompts[prompt], in: templates.tuned), deltas: [],
      combiner: combiner, matchKind: { MatchKind($0, in: nil) })
    let answering = configuration.answering
    var options = ControlledGenerator.Options()
    options.maxTokens = answering.maxTokens
    options.sampling.temperature = answering.temperature
    // A seed of each prompt's own: a capture that goes on draws what one in a single piece would have drawn.
    options.sampling.seed = configuration.seed &+ UInt64(prompt)
    let strings = (answering.stops + templates.tuned.stops).map { Array($0.utf8) }
    options.stops = StopRules(user: tokenizer.description, strings: strings)
    let result = try generator.generate(options) { _, _ in !observer.isCancelled() }
    if let warning = result.stop.warning { observer.note("prompt \(prompt + 1): \(warning)") }
    var bytes = text(of: result.ids)
    var ends = false
    switch result.stop {
    case .endToken: ends = true
    case .stopString(let string):
      ends = true
      if let range = bytes.firstRange(of: Array(string.utf8)) { bytes.removeSubrange(range.lowerBound...) }
    default: break
    }
    return (result.ids, ResponseSteps(ids: result.ids, response: bytes, ends: ends, tokenizer: tokenizer))
  }

  /// The bytes that the tokens of a response add to its text; special tokens add none.
  private func text(of ids: [Int32]) -> [UInt8] {
    let vocabulary = tokenizer.description.vocabulary
    return ids.flatMap { id -> [UInt8] in
      guard Int(id) < vocabulary.idLimit, vocabulary.kind(id) != .special else { return [] }
      return Array(vocabulary.canonical[Int(id)])
    }
  }
}
