package import CMCLanguageModel

/// A source of logits that are the same at every position: for checks that need no model.
package final class FixedLogits: LogitSource {
  private let values: [Float]
  /// The history.
  package private(set) var tokens: [Int32] = []

  /// A source that always gives these logits.
  package init(_ values: [Float]) { self.values = values }

  /// The number of values.
  package var logitsWidth: Int { values.count }
  /// The number of values.
  package var vocabularySize: Int { values.count }
  /// No limit.
  package var contextLength: Int { .max }

  /// Appends tokens.
  package func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let first = tokens.count
    tokens += ids
    guard logits != .none, !ids.isEmpty else { return }
    for position in (logits == .all ? first : tokens.count - 1)..<tokens.count {
      try values.withUnsafeBufferPointer { try receive(position, $0) }
    }
  }

  /// Cuts the history back.
  package func truncate(to count: Int) {
    if count < tokens.count { tokens.removeLast(tokens.count - max(0, count)) }
  }
}
