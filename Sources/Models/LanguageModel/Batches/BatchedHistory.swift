/// One history of a ``BatchedSession``: what is computed, and what is still to be.
final class BatchedHistory {
  /// The tokens whose keys and values are there.
  var tokens: [Int32] = []
  /// The pages of their positions, and of some to come.
  var pages: [CachePage] = []
  /// The states behind some of them, of layers that have states.
  var states: StateHistory
  /// How many of them are computed, and for texts of which lengths.
  var computed = ComputedPositions()
  /// The tokens to come.
  var pending: ArraySlice<Int32> = []
  /// Whether something was asked for that has not been reported as done.
  var isAtWork = false
  /// How many tokens there were when the pending ones were asked for.
  var start = 0
  /// How many there will be with them.
  var textLength = 0
  /// For which of the pending positions logits are wanted.
  var wanted = LogitPositions.none
  /// The first position whose logits are wanted, where those of all are.
  var wantedFrom = 0
  /// Its place in the queue; the lower comes first.
  var ticket = 0
  /// The beginning that it has in rounds of its own or of others, as far as it goes.
  var prefix: HistoryPrefix?

  init(_ pool: StatePool) { states = StateHistory(pool) }

  /// Whether what comes next may be shared with other histories: it has only read whole rounds of one text so far.
  var isBeginning: Bool { start == 0 && (prefix?.end ?? 0) == tokens.count }

  /// Says by which angles its positions turn; where those of what is there are others, that is computed again.
  func turn(_ turning: Int) {
    guard computed.turn(turning) else { return }
    states.truncate(to: 0)
    prefix = nil
  }

  /// Makes sure that positions have pages that nobody else holds.
  func makeRoom(for positions: Range<Int>, pageLength: Int, from pool: PagePool) {
    guard !positions.isEmpty else { return }
    let first = positions.lowerBound / pageLength
    let last = (positions.upperBound - 1) / pageLength
    while pages.count <= last { pages.append(pool.page()) }
    for index in first...last where !isKnownUniquelyReferenced(&pages[index]) {
      pages[index] = pages[index].copy()
    }
  }

  /// Cuts the history back; pages that are not needed any more are let go of.
  func truncate(to count: Int, pageLength: Int) {
    guard count < tokens.count else { return }
    tokens.removeLast(tokens.count - max(0, count))
    pages.removeLast(max(0, pages.count - (tokens.count + pageLength - 1) / pageLength))
    states.truncate(to: tokens.count)
    computed.truncate(to: tokens.count)
    while let beginning = prefix, beginning.end > tokens.count { prefix = beginning.parent }
  }

  /// Gives up what is pending, with what of it has been computed.
  func giveUp(pageLength: Int) {
    pending = []
    isAtWork = false
    truncate(to: start, pageLength: pageLength)
  }
}
