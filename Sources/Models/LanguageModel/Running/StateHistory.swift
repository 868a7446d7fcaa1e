internal import CMCLinearAlgebra

/// What all layers with a state keep of one history after a position.
///
/// Nobody changes it once a pass has filled it, so histories that begin alike hold the same.
final class HistoryState {
  /// The numbers, layer after layer.
  let start: UnsafeMutablePointer<Float>
  private let pool: StatePool

  fileprivate init(_ start: UnsafeMutablePointer<Float>, _ pool: StatePool) {
    self.start = start
    self.pool = pool
  }

  deinit { pool.takeBack(start) }
}

/// Where states come from and go to.
final class StatePool {
  /// The numbers of a state.
  let elements: Int
  /// The state of a history without tokens.
  let zeros: UnsafePointer<Float>
  /// How many are held.
  private(set) var used = 0
  private var free: [UnsafeMutablePointer<Float>] = []

  /// A pool without states.
  init(elements: Int) {
    self.elements = elements
    let zeros = UnsafeMutablePointer<Float>.allocate(capacity: max(1, elements))
    zeros.initialize(repeating: 0, count: max(1, elements))
    self.zeros = UnsafePointer(zeros)
  }

  deinit {
    zeros.deallocate()
    for pointer in free { pointer.deallocate() }
  }

  /// The memory of all states, those that wait to be used again included, in bytes.
  var bytes: Int { (used + free.count) * elements * MemoryLayout<Float>.stride }

  /// A state with any numbers.
  func state() -> HistoryState {
    used += 1
    return HistoryState(free.popLast() ?? .allocate(capacity: elements), self)
  }

  fileprivate func takeBack(_ start: UnsafeMutablePointer<Float>) {
    used -= 1
    if free.count < 4 + used / 16 { free.append(start) } else { start.deallocate() }
  }
}

/// The states that the histories of the next pass begin with and leave behind, segment by segment.
final class PassStates {
  /// Two for each history.
  var places: [(before: UnsafePointer<Float>, after: UnsafeMutablePointer<Float>)] = []
}

/// The states of one history: the last one, to go on from, and some before it, to be cut back to.
///
/// A state cannot be cut, as keys and values can. A history that is cut back to a position goes on from the last state at or
/// before it, and reads the tokens between again, in the pieces in which it read them first: its numbers are those of a
/// history that was never longer. States are kept the closer together the nearer they are to the end, so that reading
/// again costs no more than about what was cut off; and the one at the position that the history was last cut back to.
struct StateHistory {
  /// The most states that are kept, of so many numbers: as many as 256 MB have room for, from 3 to 12.
  static func limit(elements: Int) -> Int {
    max(3, min(12, (256 << 20) / max(1, elements * MemoryLayout<Float>.stride)))
  }

  private var kept: [(end: Int, state: HistoryState)] = []
  /// Where the pieces end that were computed at once, ascending.
  private var pieces: [Int] = []
  /// Where the history was last cut back to.
  private var returned: Int?
  private let limit: Int

  /// The states of a history without tokens.
  init(_ pool: StatePool) { limit = Self.limit(elements: pool.elements) }

  /// How many positions the last state is behind.
  var end: Int { kept.last?.end ?? 0 }
  /// The last state; nil for a history without tokens.
  var last: HistoryState? { kept.last?.state }

  /// Where the next piece ends that must be read again, of a history of so many tokens; nil where none must.
  func nextAgain(_ tokens: Int) -> Int? {
    guard end < tokens else { return nil }
    return min(tokens, pieces.first { $0 > end } ?? tokens)
  }

  /// Takes the state behind a piece that begins where the last state is.
  mutating func keep(_ state: HistoryState, end: Int) {
    kept.append((end, state))
    if end > pieces.last ?? 0 { pieces.append(end) }
    guard kept.count > limit else { return }
    // Out goes the one whose neighbours' distances from the end differ least in proportion.
    func ratio(_ index: Int) -> Double {
      let before = index == 0 ? 0 : kept[index - 1].end
      return Double(end - before + 1) / Double(end - kept[index + 1].end + 1)
    }
    let others = kept.indices.dropLast().filter { kept[$0].end != returned }
    if let index = others.min(by: { ratio($0) < ratio($1) }) { kept.remove(at: index) }
  }

  /// Cuts the history back to its first positions.
  mutating func truncate(to count: Int) {
    kept.removeAll { $0.end > count }
    guard count < pieces.last ?? 0 else { return }
    pieces.removeAll { $0 >= count }
    if count > 0 { pieces.append(count) }
    returned = count
  }
}
