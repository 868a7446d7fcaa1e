public import CMCEvaluation
internal import CMCPrimitives
internal import CMCPrompts

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
    pairs = Array(
      try withFile(data) {
        let all = try BiasPair.parse(bytes)
        if all.isEmpty { throw BiasPairError.none }
        return all
      }.prefix(limit ?? .max))
  }

  /// Measures all pairs.
  ///
  /// - Parameter observer: Hears how many pairs are done.
  /// - Returns: The measurements; nil after a cancellation.
  /// - Throws: `BiasPairError`, and what encoding and the models throw.
  public func evaluate(observer: RunObserver = .silent) throws -> BiasPairFile? {
    var items: [BiasPairItem] = []
    observer.progress.progress("", done: 0, total: pairs.count)
    try model.forEachText(
      count: pairs.count, parallel: parallel, observer,
      { [self] index, sessions, observer in
        if observer.isCancelled() { return nil }
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
        items.append(item)
        observer.progress.progress("", done: items.count, total: pairs.count)
      })
    guard items.count == pairs.count else { return nil }
    return BiasPairFile(system: model.summary, data: data, items: items, seed: seed)
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
