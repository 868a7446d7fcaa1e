internal import CMCControlledDecoding
public import CMCEvaluation
internal import CMCHashing
internal import CMCLanguageModel
public import CMCPrimitives

/// Measures how well a model, steered or not, answers: likelihoods of given answers, and greedy answers of its own.
///
///     let file = try Evaluator(model, data: "forget10.json").evaluate()
///     for metric in file.summary.metrics { print(metric.name, metric.estimate.value) }
public struct Evaluator: Sendable {
  /// What is evaluated.
  public let model: SteeredModel
  /// The records' file.
  public let data: String
  /// The records.
  public let records: [EvaluationRecord]
  /// How many tokens are generated for a prompt at most; 0 generates nothing.
  public var maxTokens = 64
  /// Decides the resamples of the intervals.
  public var seed: UInt64 = 1
  /// The evaluation whose truth ratios are the reference of forget quality.
  public var reference: String?
  /// How wrong answers are one in the truth ratios of forget quality.
  public var forgetMean = WrongAnswersMean.geometric
  /// What ROUGE-L takes for a word.
  public var rougeTokens = RougeTokens.unicode
  /// Whether the file says what the evaluation took in time and memory, which no two runs have in common.
  public var reportsCost = true
  /// How many records are measured together, the models reading their weights once for all.
  ///
  /// With precision `exact` the figures are the same for every number; with `fast` for every number above 1.
  public var parallel = 1
  /// Which part of the records is measured; nil for all.
  public var shard: Shard?
  /// Whether a shard's file that is there already, of this evaluation or another, is measured anew and written over.
  public var replaces = false
  private let digest: String

  /// The places of the records that are measured here, ascending.
  private var own: [Int] { shard.items(of: records.count) }
  /// How many records are measured here: all, or those of the shard.
  public var count: Int { shard.itemCount(of: records.count) }

  /// Reads the records.
  ///
  /// - Parameters:
  ///   - model: What is evaluated.
  ///   - data: A JSON array or JSON lines: records as for training, or TOFU's with other answers.
  ///   - limit: Only the first so many records.
  /// - Throws: `FileError` with a `RecordError` that names the record.
  public init(_ model: SteeredModel, data: String, limit: Int? = nil) throws {
    self.model = model
    self.data = data
    let bytes = try readFile(data, limit: EvaluationRecord.sizeLimit)
    let all = try withFile(data) {
      let all = try EvaluationRecord.parse(bytes)
      if all.isEmpty { throw EmptyRecords() }
      return all
    }
    records = Array(all.prefix(limit ?? .max))
    digest = SHA256Digest(hashing: bytes).hex
  }

  /// What decides what the evaluation gives.
  ///
  /// - Throws: `FileError` for a file of a model, or the reference, that cannot be read.
  public func settings() throws -> EvaluationSettings {
    EvaluationSettings(
      tool: CrossModelControlVersion.tool, data: digest, records: records.count,
      steering: try SteeringSettings(model, parallel: parallel), maxTokens: maxTokens, seed: seed,
      rougeTokens: rougeTokens.rawValue, forgetMean: forgetMean.rawValue,
      reference: try reference.map { try FileIdentity($0).sha256 }, shard: shard)
  }

  /// Measures the records.
  ///
  /// A record that the models or their templates cannot take is an item with an `error`; the others are measured.
  ///
  /// - Parameter observer: Hears how many records are done.
  /// - Returns: The measurements; of fewer records after a cancellation.
  /// - Throws: ``EvaluationError``, `ControlError`, and what encoding and the models throw.
  public func evaluate(observer: RunObserver = .silent) throws -> EvaluationFile {
    try requireTruthRatios()
    var items: [MeasuredItem] = []
    let start = ContinuousClock.now
    try measure(&items, own, observer) { _ in }
    var done = try file(items, seconds: (ContinuousClock.now - start) / .seconds(1))
    done.run = try settings().run()
    return done
  }

  /// Measures the records, and writes the file when all are done; what is done survives being killed at any moment.
  ///
  /// Finished items are lines of the output's ``PartFile``; the same evaluation goes on behind the last whole one. A shard
  /// goes to a file that ``ShardSet`` joins with the others; one that is finished is not measured again.
  ///
  /// - Parameters:
  ///   - output: Where the file goes; in a program one that is there gives way to one of the same settings alone.
  ///   - observer: Hears how many records are done, and that some were done before.
  /// - Returns: The file, or how many records are done where it was cancelled.
  /// - Throws: `FileError` with a ``SettingsDifference`` for a part file of another evaluation, and as
  ///   ``evaluate(observer:)``.
  public func evaluate(to output: String, observer: RunObserver = .silent) throws -> Outcome {
    try requireTruthRatios()
    let (settings, own) = (try settings(), own)
    let run = try settings.run()
    if let shard, !replaces, let items = try finished(output, shard, settings) {
      observer.note("\(output) is finished already")
      var done = try file(items, seconds: items.reduce(0) { $0 + $1.seconds })
      done.run = run
      return .finished(done)
    }
    if shard == nil {
      // What would be refused at the end is refused before anything is measured.
      let beginning = EvaluationFile.beginning(
        tool: CrossModelControlVersion.tool, run: run, system: model.summary, data: data)
      try withFile(output) { try FileRoles.shared.willReplace(output, by: .beginning(beginning)) }
    }
    let part = PartFile(output: output, settings: settings)
    let lines = try part.resume(limit: own.count) { isItem(own[$0], $1) }
    var items = try withFile(part.path) {
      try lines.enumerated().map { try MeasuredItem(line: $1, number: own[$0] + 1) }
    }
    if !items.isEmpty { observer.note("\(items.count) of \(own.count) are done already") }
    let before = items.reduce(0) { $0 + $1.seconds }
    let start = ContinuousClock.now
    try measure(&items, own, observer) { try part.append($0.line()) }
    guard items.count == own.count else { return .cancelled(done: items.count) }
    var done = try file(items, seconds: before + (ContinuousClock.now - start) / .seconds(1))
    done.run = run
    try part.finish {
      if let shard { return try write(items, shard, settings, to: output) }
      try AtomicFile.write(
        done.encoded(tool: CrossModelControlVersion.tool, includesCost: reportsCost), to: output)
    }
    return .finished(done)
  }

  /// What a shard's file says of itself.
  private func header(_ shard: Shard, _ settings: EvaluationSettings) throws -> ShardHeader {
    var settings = settings
    settings.shard = nil
    let known = try reference.map { try EvaluationFile.readItems($0) }
    let context = EvaluationShard(
      system: model.summary, data: data, referenceRatios: known?.compactMap { $0.truthRatio(forgetMean) },
      reportsCost: reportsCost, peakMemory: peakMemory())
    return try ShardHeader(shard, of: records.count, settings: settings, context: context)
  }

  /// The items of a shard that is there already; nil where it is not.
  private func finished(
    _ output: String, _ shard: Shard, _ settings: EvaluationSettings
  ) throws -> [MeasuredItem]? {
    guard try ShardFile.isFinished(output, as: try header(shard, settings)) else { return nil }
    var file = try ShardFile(output, isOwn: true)
    return try withFile(output) {
      try own.map { try MeasuredItem(line: try file.require(), number: $0 + 1) }
    }
  }

  private func write(
    _ items: [MeasuredItem], _ shard: Shard, _ settings: EvaluationSettings, to output: String
  ) throws {
    var file = try ShardWriter(output: output, try header(shard, settings))
    for item in items { try file.add(item.line()) }
    try file.finish()
  }

  /// Whether a line is the measurement of the record of that number, by its question and answer.
  private func isItem(_ index: Int, _ line: [UInt8]) -> Bool {
    guard let measured = try? MeasuredItem(line: line, number: index + 1) else { return false }
    let record = records[index]
    return measured.item.prompt == record.prompt?.text && measured.item.answer == record.answer
  }

  /// How an evaluation to a file ended.
  public enum Outcome: Sendable {
    /// All records are measured.
    case finished(EvaluationFile)
    /// It was cancelled; so many records are kept.
    case cancelled(done: Int)
  }

  private func measure(
    _ items: inout [MeasuredItem], _ own: [Int], _ observer: RunObserver,
    keep: (MeasuredItem) throws -> Void
  ) throws {
    let first = items.count
    var last = ContinuousClock.now
    observer.progress.progress("", done: first, total: own.count)
    try model.forEachText(
      count: own.count - first, parallel: parallel, observer,
      { [self] number, sessions, observer in
        // An item that a cancellation has cut short is measured anew next time.
        if observer.isCancelled() { return nil }
        let index = own[first + number]
        return try ItemError.reporting("record", index + 1, observer) {
          try measure(records[index], number: index + 1, sessions, observer)
        } orElse: { reason in
          MeasuredItem(EvaluationItem(number: index + 1, record: records[index], error: reason))
        }
      },
      { (item: MeasuredItem) in
        var item = item
        let now = ContinuousClock.now
        item.share((now - last) / .seconds(1))
        last = now
        try keep(item)
        items.append(item)
        if items.count < own.count { observer.progress.progress("", done: items.count, total: own.count) }
      })
  }

  private func measure(
    _ record: EvaluationRecord, number: Int, _ sessions: SteeringSessions, _ observer: RunObserver
  ) throws -> MeasuredItem? {
    let start = ContinuousClock.now
    let scores = model.answerScores(sessions)
    func score(_ answer: String) throws -> AnswerScore {
      do {
        return try scores(answer, record.prompt)
      } catch SteeringError.noBeginning {
        throw EvaluationError.noBeginning(record: number)
      }
    }
    var measured = MeasuredItem(
      EvaluationItem(number: number, record: record, score: try score(record.answer)))
    measured.item.rougeTokens = rougeTokens
    if let paraphrase = record.paraphrase {
      measured.item.paraphraseProbability = try score(paraphrase).probability
    }
    for answer in record.perturbed {
      measured.item.perturbedProbabilities.append(try score(answer).probability)
    }
    if let prompt = record.prompt, maxTokens > 0 {
      var options = GenerationOptions()
      options.maxTokens = maxTokens
      let result = try model.generate(prompt, options, sessions) { _, _ in !observer.isCancelled() }
      if result.stop == .interrupted { return nil }
      if let failure = result.stop.failure { throw TextFailed(description: failure) }
      if let warning = result.stop.warning { observer.note("record \(number): \(warning)") }
      measured.take(result)
    }
    measured.seconds = (ContinuousClock.now - start) / .seconds(1)
    return measured
  }

  /// Makes sure before anything is measured that forget quality can be told, where it is asked for.
  private func requireTruthRatios() throws {
    guard let reference else { return }
    let known = try EvaluationFile.readItems(reference)
    guard known.contains(where: { $0.truthRatio(forgetMean) != nil }) else {
      throw EvaluationError.noMetric(metric: "truth_ratio", file: reference)
    }
    guard records.contains(where: { !$0.perturbed.isEmpty }) else { throw NoWrongAnswers(data: data) }
  }

  private func file(_ measured: [MeasuredItem], seconds: Double) throws -> EvaluationFile {
    let known = try reference.map { try EvaluationFile.readItems($0) }
    return EvaluationFile(
      measured, system: model.summary, data: data, seed: seed, seconds: seconds, peakMemory: peakMemory(),
      reference: known?.compactMap { $0.truthRatio(forgetMean) }, forgetMean: forgetMean)
  }
}

/// Records of which forget quality cannot be told.
private struct NoWrongAnswers: DescribedError {
  let data: String

  var description: String { "\(oneLine(data)): no record has wrong answers, which --reference compares by" }
  var hint: String? { "give TOFU's perturbed file of the set, or leave out --reference" }
}

/// A file of records without one.
private struct EmptyRecords: DescribedError {
  let description = "there are no records in it"
  let hint: String? = "give a JSON array or JSON lines with a record at least"
}

/// A text that a model elsewhere did not let go on; nothing is measured of a part of it.
private struct TextFailed: TextFailure {
  let description: String
  var isOfTextAlone: Bool { true }
}

extension EvaluationFile {
  /// Puts measured items together.
  init(
    _ measured: [MeasuredItem], system: String, data: String, seed: UInt64, seconds: Double, peakMemory: Int,
    reference: [Double]?, forgetMean: WrongAnswersMean
  ) {
    let items = measured.map(\.item)
    self.init(
      system: system, data: data, items: items,
      summary: EvaluationSummary(
        items, referenceRatios: reference, forgetMean: forgetMean, resampling: Resampling(seed: seed)),
      seed: seed, seconds: seconds, generatedTokens: measured.reduce(0) { $0 + $1.generatedTokens },
      generationSeconds: measured.reduce(0) { $0 + $1.generationSeconds }, peakMemory: peakMemory)
  }
}

extension SteeredModel {
  /// The models and how they are joined, in words.
  public var summary: String {
    var words = [configuration.userVoice == .isSilent ? "nothing" : user.name]
    if user.local == nil, configuration.userVoice == .speaks {
      words.append("(on a server: answers scored with all log-probabilities, choices proved)")
    }
    for delta in deltas {
      let name = delta.antiExpert.map { "(\(delta.name) − \($0.name))" } ?? delta.name
      words.append("+ \(delta.alpha ?? configuration.alpha) · \(name)")
    }
    if !deltas.isEmpty {
      words.append("(\(configuration.mode.rawValue), \(configuration.unmatched.rawValue))")
    }
    let maps = configuration.deltas.compactMap { $0.map?.path }
    if !maps.isEmpty { words.append("through \(maps.joined(separator: " and "))") }
    return words.joined(separator: " ")
  }
}
