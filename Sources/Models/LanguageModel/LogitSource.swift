/// What gives the scores of the next token after a history of tokens: a model run here, recorded logits, another engine.
///
/// A source is a history and can grow it, cut it back, and say the logits of the positions it adds. The logits at
/// position i are those of the token that follows token i.
package protocol LogitSource: AnyObject {
  /// The number of logits of a position; there may be more than tokens, where a model's head has padding rows.
  var logitsWidth: Int { get }
  /// The number of tokens: ids of the vocabulary are below it.
  var vocabularySize: Int { get }
  /// The largest number of tokens the history can have.
  var contextLength: Int { get }
  /// The history.
  var tokens: [Int32] { get }

  /// Appends tokens to the history.
  ///
  /// - Parameters:
  ///   - ids: The tokens; none is allowed.
  ///   - logits: For which of the new positions `receive` is called.
  ///   - receive: Called with each wanted position of the history, ascending, and its `logitsWidth` logits, which last as
  ///     long as the call. What it throws ends the work.
  /// - Throws: An error for an id that does not exist or a history that would be too long, what `receive` throws, and
  ///   what computing can run into. The history is then what it was before.
  func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void)
    throws

  /// Appends tokens and gives the logits of all new positions from one on, many at a time.
  ///
  /// The numbers are those that ``extend(_:logits:_:)`` gives for all positions, but of a model that turns the positions of
  /// long texts otherwise (``LongRope``): those of each position are of the text up to it, as in generation. What is not
  /// wanted may not be computed.
  ///
  /// - Parameters:
  ///   - ids: The tokens; none is allowed.
  ///   - first: The place in `ids` of the first token behind which logits are wanted.
  ///   - receive: Called with the wanted positions in order, some at a time; the rows last as long as the call. What it
  ///     throws ends the work.
  /// - Throws: As ``extend(_:logits:_:)``.
  func extend(_ ids: [Int32], rowsFrom first: Int, _ receive: (LogitRows) throws -> Void) throws

  /// Cuts the history back to its first `count` tokens; a history that is not longer stays as it is.
  func truncate(to count: Int)
}

/// Which of the positions that ``LogitSource/extend(_:logits:_:)`` adds have their logits computed.
public enum LogitPositions: Sendable, Equatable {
  /// None: the tokens only become history.
  case none
  /// The last one: what generation needs.
  case last
  /// All of them.
  case all
}

/// The logits of some positions of a history that follow each other.
package struct LogitRows {
  /// The position of the first row in the history.
  package let first: Int
  /// The rows one after another [count × width].
  package let values: UnsafeBufferPointer<Float>
  /// The length of a row.
  package let width: Int

  /// Joins the three.
  package init(first: Int, values: UnsafeBufferPointer<Float>, width: Int) {
    self.first = first
    self.values = values
    self.width = width
  }

  /// How many positions there are.
  package var count: Int { width == 0 ? 0 : values.count / width }

  /// A position's logits, by its place among these.
  package subscript(row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
  }
}

extension LogitSource {
  /// Gives rows one at a time: for sources that compute one position at a time, or whose logits are there already.
  ///
  /// - Throws: As ``extend(_:logits:_:)``.
  package func extend(
    _ ids: [Int32], rowsFrom first: Int, _ receive: (LogitRows) throws -> Void
  ) throws {
    let wanted = tokens.count + first
    try extend(ids, logits: .all) { position, logits in
      guard position >= wanted else { return }
      try receive(LogitRows(first: position, values: logits, width: logitsWidth))
    }
  }

  /// Appends tokens without asking for logits.
  ///
  /// - Throws: As ``extend(_:logits:_:)``.
  package func extend(_ ids: [Int32]) throws {
    try extend(ids, logits: .none) { _, _ in }
  }

  /// Appends tokens and copies the logits of the last one.
  ///
  /// - Returns: ``logitsWidth`` numbers, or none where there are no ids.
  /// - Throws: As ``extend(_:logits:_:)``.
  package func logits(after ids: [Int32]) throws -> [Float] {
    var result: [Float] = []
    try extend(ids, logits: .last) { _, logits in result = Array(logits) }
    return result
  }
}
