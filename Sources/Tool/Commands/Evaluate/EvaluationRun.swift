internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCEvaluation
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCTokenization

/// Runs a system over records.
final class EvaluationRun {
  private let arguments: EvaluationArguments
  private let common: CommonOptions
  private let setup: ControlSetup
  private let scorer: AnswerScorer

  /// Loads the models.
  init(_ arguments: EvaluationArguments, _ common: CommonOptions) throws {
    self.arguments = arguments
    self.common = common
    let setup = try ControlSetup(try arguments.control(), common, isUserSilent: arguments.deltaAlone)
    self.setup = setup
    let terms = setup.terms(alpha: arguments.alpha)
    let map = setup.deltas.first?.map
    scorer = AnswerScorer(
      user: setup.user, deltas: zip(setup.deltas, terms).map { .init(model: $0.session, term: $1) },
      mode: arguments.mode, policy: arguments.unmatched,
      matchKind: { setup.deltas.isEmpty ? .exact : MatchKind($0, in: map) })
  }

  /// Measures everything.
  func run() throws -> EvaluationFile {
    let path = arguments.data ?? ""
    var records = try EvaluationRecord.load(path)
    if let limit = arguments.limit { records = Array(records.prefix(limit)) }
    let clock = ContinuousClock()
    let start = clock.now
    var items: [EvaluationItem] = []
    var generated = (tokens: 0, seconds: 0.0)
    let progress = ProgressLine(total: records.count, isShown: !common.quiet)
    Interrupt.catchOnce()
    for (index, record) in records.enumerated() {
      var item = EvaluationItem(
        number: index + 1, record: record, score: try score(record, record.answer, index + 1))
      if let paraphrase = record.paraphrase {
        item.paraphraseProbability = try score(record, paraphrase, index + 1).probability
      }
      for answer in record.perturbed {
        item.perturbedProbabilities.append(try score(record, answer, index + 1).probability)
      }
      if let prompt = record.prompt, arguments.maxTokens > 0 {
        let generator = try setup.generator(prompt, alpha: arguments.alpha)
        var options = ControlledGenerator.Options()
        options.maxTokens = arguments.maxTokens
        options.stops = setup.stops([], ignoresEOS: false)
        let result = try generator.generate(options)
        item.generated = String(decoding: result.text, as: UTF8.self)
        switch result.stop {
        case .endToken, .stopString: item.isEnded = true
        case .length, .interrupted: item.isEnded = false
        }
        generated.tokens += result.ids.count
        generated.seconds += result.seconds + result.promptSeconds
      }
      items.append(item)
      progress.show(index + 1)
      if Interrupt.hasCome {
        progress.finish(index + 1)
        throw ExitCode(130)
      }
    }
    progress.finish(records.count)
    let reference = try arguments.reference.map { try EvaluationFile.readItems($0).compactMap(\.truthRatio) }
    return EvaluationFile(
      system: system, data: path, items: items,
      summary: EvaluationSummary(items, reference: reference, resampling: Resampling(seed: arguments.seed)),
      seed: arguments.seed, seconds: (clock.now - start) / .seconds(1), generatedTokens: generated.tokens,
      generationSeconds: generated.seconds, peakMemory: peakMemory())
  }

  /// The likelihood of an answer, or of a text, whose first token is then what comes before.
  private func score(_ record: EvaluationRecord, _ answer: String, _ number: Int) throws -> AnswerScore {
    var prompt: [Int32]
    var ids: [Int32]
    if let text = record.prompt {
      prompt = try setup.userPrompt(text)
      ids = try continuation(answer)
    } else {
      prompt = try setup.tokenizer.encode(prompt: [])
      ids = try setup.tokenizer.encode(prompt: [PromptPart(answer, parsesSpecial: false)])
      // Without a token of its own before a text, its first token is what the others follow.
      if prompt.isEmpty { prompt = Array(ids.prefix(1)) }
      ids = Array(ids.dropFirst(prompt.count))
    }
    let histories = try setup.deltas.map { delta in
      let own =
        try record.prompt.map { try setup.deltaPrompt($0, delta) } ?? delta.tokenizer.encode(prompt: [])
      guard !own.isEmpty else { throw EvaluationError.noBeginning(record: number) }
      return delta.map.map {
        DeltaHistory(prompt: own, map: $0, user: setup.tokenizer, delta: delta.tokenizer)
      }
        ?? DeltaHistory(prompt: own)
    }
    let limit = setup.user.contextLength - prompt.count
    return try scorer.score(Array(ids.prefix(max(0, limit))), after: prompt, histories: histories)
  }

  private func continuation(_ text: String) throws -> [Int32] {
    var options = EncodingOptions()
    options.isContinuation = true
    return try setup.tokenizer.encode(text, options: options)
  }

  private var system: String {
    var words = [arguments.deltaAlone ? "nothing" : setup.userName]
    for (delta, term) in zip(setup.deltas, setup.terms(alpha: arguments.alpha)) {
      words.append("+ \(term.alpha) · \(delta.name)")
    }
    if !setup.deltas.isEmpty { words.append("(\(arguments.mode.rawValue), \(arguments.unmatched.rawValue))") }
    if !arguments.map.isEmpty { words.append("through \(arguments.map.joined(separator: " and "))") }
    return words.joined(separator: " ")
  }
}
