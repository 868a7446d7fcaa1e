/// Positions of several histories that go through products together, each as if its history went alone.
///
/// A group is what one history adds: one position in decoding, more in prefill or where a text is encoded anew. Groups
/// lie one after another, the shorter ones first.
package struct PositionGroups: Sendable, Equatable {
  /// The lengths of the groups, ascending.
  package private(set) var lengths: [Int]
  /// The number of all positions.
  package private(set) var positions: Int

  /// Groups of some lengths.
  ///
  /// - Precondition: The lengths are at least 1 and ascend.
  package init(lengths: [Int]) {
    precondition(zip(lengths, lengths.dropFirst()).allSatisfy { $0 <= $1 } && lengths.first ?? 1 > 0)
    self.lengths = lengths
    positions = lengths.reduce(0, +)
  }

  /// The positions of the groups that are shorter than a length, and the ranges of those that are not.
  func split(at length: Int) -> (short: Range<Int>, long: [Range<Int>]) {
    var start = 0
    var long: [Range<Int>] = []
    var short = 0..<0
    for count in lengths {
      if count < length {
        short = 0..<start + count
      } else {
        long.append(start..<start + count)
      }
      start += count
    }
    return (short, long)
  }
}
