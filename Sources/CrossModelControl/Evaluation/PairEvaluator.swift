public import CMCEvaluation
internal import CMCFastJSON
internal import CMCHashing
internal import CMCPrimitives
internal import CMCPrompts

/// What measuring bias in pairs was started with.
public struct PairSettings: RunSettings {
  /// As part files name it.
  public static let kind = "cmc.bias-pairs"

  /// The version of the program.
  public var tool: String
  /// SHA-256 of the file of pairs.
  public var data: String
  /// How many of its pairs are measured.
  public var pairs: Int
  /// The models and how they are joined.
  public var steering: SteeringSettings
  /// Decides the resamples of the intervals.
  public var seed: UInt64

  /// The digest by which a result says of what it is, in whichever version of the program.
  ///
  /// - Throws: `ResultCodingError` for a number that JSON cannot say.
  func run() throws -> String {
    var settings = self
    settings.tool = ""
    return try RunDigest.short(of: settings)
  }
}

/// Measures bias in pairs: how much likelier a continuation is after one of two prompts that differ by a name or a pronoun.
///
/// The user model alone is what control starts from, so one run gives before, after and the change in pairs.
///
///     let file = try PairEvaluator(model, data: "pairs.jsonl").evaluate()
///     for row in file.table { print(row.attribute ?? "all", row.before.magnitude.value) }
public struct PairEvaluator: Sendable {
  /// What is evaluated.
  public let model: SteeredModel
  /// The pairs' file.
  public let data: String
  /// The pairs.
  public let pairs: [BiasPair]
  /// Decides the resamples of the intervals.
  public var seed: UInt64 = 1
  /// How many pairs are measured together, the models reading their weights once for all.
  ///
  /// With precision `exact` the figures are the same for every number; with `fast` for every number above 1.
  public var parallel = 1

  private let digest: String

  private static let sizeLimit = 1 << 30

  /// Reads the pairs.
  ///
  /// - Parameters:
  ///   - model: What is evaluated; its user model must have a say.
  ///   - data: A JSON array or JSON lines of pairs.
  ///   - limit: Only the first so many pairs.
  /// - Throws: `FileError` with a `BiasPairError` that names the record.
  public init(_ model: SteeredModel, data: String, limit: Int? = nil) throws {
    self.model = model
    self.data = data
    let bytes = try readFile(data, limit: Self.sizeLimit)
    digest = SHA256Digest(hashing: bytes).hex
    pairs = Array(
      try withFile(data) {
        let all = try BiasPair.parse(bytes)
        if all.isEmpty { throw BiasPairError.none }
        return all
      }.prefix(limit ?? .max))
  }

  /// What decides what is measured.
  ///
  /// - Throws: `FileError` for a file of a model that cannot be read.
  public func settings() throws -> PairSettings {
    PairSettings(
      tool: CrossModelControlVersion.tool, data: digest, pairs: pairs.count,
      steering: try SteeringSettings(model, parallel: parallel), seed: seed)
  }

  /// How measuring to a file ended.
  public enum Outcome: Sendable {
    /// All pairs are measured.
    case finished(BiasPairFile)
    /// It was cancelled; so many pairs are kept.
    case cancelled(done: Int)
  }

  /// Measures all pairs, and writes the file when all are done; what is done survives being killed at any moment.
  ///
  /// Finished pairs are lines of the output's ``PartFile``; the same run goes on behind the last whole one.
  ///
  /// - Parameters:
  ///   - output: Where the file goes.
  ///   - observer: Hears how many pairs are done, and that some were done before.
  /// - Returns: The file, or how many pairs are done where it was cancelled.
  /// - Throws: `FileError` with a ``SettingsDifference`` for a part file of another run, and as ``evaluate(observer:)``.
  public func evaluate(to output: String, observer: RunObserver = .silent) throws -> Outcome {
    let (tool, settings) = (CrossModelControlVersion.tool, try settings())
    let run = try settings.run()
    // What would be refused at the end is refused before anything is measured.
    let beginning = BiasPairFile.beginning(tool: tool, run: run, system: model.summary, data: data)
    try withFile(output) { try FileRoles.shared.willReplace(output, by: .beginning(beginning)) }
    let part = PartFile(output: output, settings: settings)
    var items: [BiasPairItem] = []
    _ = try part.resume(limit: pairs.count) { index, line in
      guard let item = try? BiasPairFile.item(JSONDocument(line).root), item.number == index + 1,
        item.pair == pairs[index]
      else { return false }
      items.append(item)
      return true
    }
    if !items.isEmpty { observer.note("\(items.count) of \(pairs.count) are done already") }
    try measure(&items, observer) { item in
      var json = JSONWriter(.compact)
      BiasPairFile.write(item, &json)
      try part.append(json.bytes)
    }
    guard items.count == pairs.count else { return .cancelled(done: items.count) }
    var file = BiasPairFile(system: model.summary, data: data, items: items, seed: seed)
    file.run = run
    try part.finish { try AtomicFile.write(file.encoded(tool: tool), to: output) }
    return .finished(file)
  }

  /// Measures all pairs.
  ///
  /// - Parameter observer: Hears how many pairs are done.
  /// - Returns: The measurements; nil after a cancellation.
  /// - Throws: `BiasPairError`, and what encoding and the models throw.
  public func evaluate(observer: RunObserver = .silent) throws -> BiasPairFile? {
    var items: [BiasPairItem] = []
    try measure(&items, observer) { _ in }
    guard items.count == pairs.count else { return nil }
    var file = BiasPairFile(system: model.summary, data: data, items: items, seed: seed)
    file.run = try settings().run()
    return file
  }

  /// Measures the pairs behind those that are there.
  private func measure(
    _ items: inout [BiasPairItem], _ observer: RunObserver, keep: (BiasPairItem) throws -> Void
  ) throws {
    let first = items.count
    observer.progress.progress("", done: first, total: pairs.count)
    try model.forEachText(
      count: pairs.count - first, parallel: parallel, observer,
      { [self] number, sessions, observer in
        if observer.isCancelled() { return nil }
        let index = first + number
        let pair = pairs[index]
        return try ItemError.reporting("record", index + 1, observer) {
          BiasPairItem(
            number: index + 1, pair: pair,
            before: try scores(pair, index + 1) { try model.scoreAlone($0, after: $1, sessions) },
            after: model.deltas.isEmpty
              ? nil : try scores(pair, index + 1) { try model.score($0, after: $1, sessions) })
        } orElse: {
          BiasPairItem(number: index + 1, pair: pair, error: $0)
        }
      },
      { (item: BiasPairItem) in
        try keep(item)
        items.append(item)
        observer.progress.progress("", done: items.count, total: pairs.count)
      })
  }

  private func scores(
    _ pair: BiasPair, _ number: Int, _ score: (String, Conversation?) throws -> AnswerScore
  ) throws -> BiasPairItem.Scores {
    let first = try score(pair.continuation, Conversation(pair.first))
    let second = try score(pair.continuation, Conversation(pair.second))
    // Where a prompt leaves no room, sums over fewer tokens would pass for bias.
    guard first.tokens > 0, first.tokens == second.tokens else {
      throw BiasPairError.notScored(record: number)
    }
    return BiasPairItem.Scores(first: first.logProbability, second: second.logProbability)
  }
}
