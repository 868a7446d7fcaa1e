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

  /// The positions of each group.
  package var ranges: [Range<Int>] {
    var end = 0
    return lengths.map { length in
      end += length
      return end - length..<end
    }
  }

  /// How many groups are shorter than a length: the first ones.
  func split(at length: Int) -> Int { lengths.firstIndex { $0 >= length } ?? lengths.count }
}
