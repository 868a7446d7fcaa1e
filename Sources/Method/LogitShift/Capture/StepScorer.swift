internal import CMCLanguageModel

/// Gives the logits after many histories of one text, each a little longer than the one before.
///
/// Histories that only go on are read in one piece; where one differs from the one before, the source is cut back to
/// what both share.
struct StepScorer {
  let source: any LogitSource

  /// The logits after each history.
  ///
  /// - Parameters:
  ///   - histories: At least one token each.
  ///   - receive: Called with each history's index, ascending, and the logits of the token that follows it.
  /// - Throws: What the source throws.
  func score(_ histories: ArraySlice<[Int32]>, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void)
    throws
  {
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
  private func scoreRun(
    _ run: ArraySlice<[Int32]>, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let (first, longest) = (run[run.startIndex], run[run.endIndex - 1])
    var kept = 0
    let old = source.tokens
    while kept < old.count, kept < longest.count, old[kept] == longest[kept] { kept += 1 }
    // The logits of a position come when it is read: the last token of the first history is read again if need be.
    kept = min(kept, first.count - 1)
    source.truncate(to: kept)
    // What comes before the first wanted position needs no logits.
    try source.extend(Array(longest[kept..<first.count - 1]))
    var next = run.startIndex
    try source.extend(
      Array(longest[(first.count - 1)...]), logits: run.count == 1 ? .last : .all
    ) { position, logits in
      guard next < run.endIndex, position == run[next].count - 1 else { return }
      try receive(next, logits)
      next += 1
    }
  }
}
