/// How much of a history the cache holds, and for texts of which lengths.
///
/// Where a model turns the positions of long texts by other angles than those of short ones (``LongRope``), keys that are
/// there are of no use any more once a history grows beyond the length between them, or is cut back behind it: then all of
/// its tokens are read again, with the next ones.
struct ComputedPositions {
  /// How many positions there are, from the first one on.
  private(set) var end = 0
  /// By which angles they turn.
  private(set) var turning = 0

  /// Says which angles are wanted; where those of what is there are others, nothing is there any more.
  ///
  /// - Returns: Whether what was there is of no use.
  mutating func turn(_ turning: Int) -> Bool {
    guard turning != self.turning else { return false }
    self.turning = turning
    let hadSome = end > 0
    end = 0
    return hadSome
  }

  /// Notes that the first positions are there.
  mutating func keep(_ count: Int) { end = max(end, count) }

  /// The positions that must be read again at once, of a history of so many tokens; nil where none must.
  func nextAgain(_ tokens: Int, _ states: StateHistory, isStateful: Bool) -> Range<Int>? {
    if isStateful { return states.nextAgain(tokens).map { states.end..<$0 } }
    return end < tokens ? end..<tokens : nil
  }

  /// Cuts the history back.
  mutating func truncate(to count: Int) { end = min(end, count) }
}
