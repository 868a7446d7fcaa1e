public import CMCLanguageModel

/// A source of logits that are the same at every position: for checks that need no model.
public final class FixedLogits: LogitSource {
  private let values: [Float]
  /// The history.
  public private(set) var tokens: [Int32] = []

  /// A source that always gives these logits.
  public init(_ values: [Float]) { self.values = values }

  /// The number of values.
  public var logitsWidth: Int { values.count }
  /// The number of values.
  public var vocabularySize: Int { values.count }
  /// No limit.
  public var contextLength: Int { .max }

  /// Appends tokens.
  public func extend(
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
  public func truncate(to count: Int) {
    if count < tokens.count { tokens.removeLast(tokens.count - max(0, count)) }
  }
}
