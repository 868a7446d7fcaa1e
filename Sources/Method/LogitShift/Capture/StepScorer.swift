internal import CMCLanguageModel

/// Gives the logits after many histories of one text, each a little longer than the one before.
///
/// Histories that only go on are read in one piece; where one differs from the one before, the source is cut back to
/// what both share.
struct StepScorer {
  let source: any LogitSource

  /// A history's index, and the logits of the token that follows it.
  typealias Step = (index: Int, logits: UnsafeBufferPointer<Float>)

  /// The logits after each history.
  ///
  /// - Parameters:
  ///   - histories: At least one token each.
  ///   - receive: Called with steps, ascending, as many at a time as were computed together; logits last as long as the
  ///     call.
  /// - Throws: What the source throws.
  func score(_ histories: ArraySlice<[Int32]>, _ receive: ([Step]) throws -> Void) throws {
    var index = histories.startIndex
    while index < histories.endIndex {
      var end = index + 1
      while end < histories.endIndex, histories[end].count > histories[end - 1].count,
        histories[end].starts(with: histories[end - 1])
      { end += 1 }
      try scoreRun(histories[index..<end], receive)
      index = end
    }
  }

  /// Histories of which each goes on where the one before ends.
  private func scoreRun(_ run: ArraySlice<[Int32]>, _ receive: ([Step]) throws -> Void) throws {
    let (first, longest) = (run[run.startIndex], run[run.endIndex - 1])
    var kept = 0
    let old = source.tokens
    while kept < old.count, kept < longest.count, old[kept] == longest[kept] { kept += 1 }
    // The logits of a position come when it is read: the last token of the first history is read again if need be.
    kept = min(kept, first.count - 1)
    source.truncate(to: kept)
    // What comes before the first wanted position needs no logits.
    try source.extend(Array(longest[kept..<first.count - 1]))
    let rest = Array(longest[(first.count - 1)...])
    guard run.count > 1 else {
      return try source.extend(rest, logits: .last) { _, logits in try receive([(run.startIndex, logits)]) }
    }
    var next = run.startIndex
    try source.extend(rest, rowsFrom: 0) { rows in
      var steps: [Step] = []
      while next < run.endIndex, run[next].count <= rows.first + rows.count {
        steps.append((next, rows[run[next].count - 1 - rows.first]))
        next += 1
      }
      if !steps.isEmpty { try receive(steps) }
    }
  }
}
