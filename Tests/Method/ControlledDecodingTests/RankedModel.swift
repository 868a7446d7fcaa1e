import CMCLanguageModel
import CMCPrimitives

/// A model that gives its most likely tokens alone, as another engine does, and notes how many it was asked for.
final class RankedModel: RankedLogitSource {
  let model: ScriptedModel
  /// How many log-probabilities were asked for, in order.
  private(set) var asked: [Int] = []
  /// Gives no more than this.
  var most = Int.max
  /// The answer of that number, from 0, fails.
  var failsAt: Int?
  let usualCount: Int
  var restLimit = 0.01
  private(set) var ceiling = -Float.infinity

  struct Failure: TextFailure {
    var description: String { "garbage" }
    var isOfTextAlone: Bool { true }
  }

  init(_ model: ScriptedModel, usualCount: Int) {
    self.model = model
    self.usualCount = usualCount
  }

  var logitsWidth: Int { model.logitsWidth }
  var vocabularySize: Int { model.logitsWidth }
  var contextLength: Int { model.contextLength }
  var tokens: [Int32] { model.tokens }

  static func logProbabilities(_ logits: [Float]) -> [Float] {
    let sum = logits.withUnsafeBufferPointer(logSumExp)
    return logits.map { $0 - sum }
  }

  func extend(
    _ ids: [Int32], logits wanted: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try model.extend(ids, logits: wanted) { position, logits in
      try Self.logProbabilities(Array(logits)).withUnsafeBufferPointer { try receive(position, $0) }
    }
  }

  func truncate(to count: Int) { model.truncate(to: count) }

  func ranked(_ count: Int) throws -> RankedLogits {
    if asked.count == failsAt { throw Failure() }
    asked.append(count)
    let row = Self.logProbabilities(model.logits(model.tokens))
    let given = min(count, most)
    let order = row.indices.sorted { row[$0] > row[$1] || (row[$0] == row[$1] && $0 < $1) }
    return try RankedLogits(
      order.prefix(given).map { ($0, Double(row[$0])) }, asked: given, width: row.count, least: -1000,
      isLast: given < count)
  }
}
