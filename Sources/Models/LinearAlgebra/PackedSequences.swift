/// Sequences one after another without padding: the positions of sequence s are `offsets[s]..<offsets[s + 1]`.
package struct PackedSequences: Sendable, Equatable {
  /// The beginning of each sequence, and the end of the last.
  package let offsets: [Int]

  /// Sequences of the given lengths.
  package init(lengths: [Int]) {
    var offsets = [0]
    for length in lengths { offsets.append((offsets.last ?? 0) + length) }
    self.offsets = offsets
  }

  /// The number of sequences.
  package var count: Int { offsets.count - 1 }
  /// The number of all positions.
  package var positions: Int { offsets.last ?? 0 }
  /// The length of the longest sequence.
  package var longest: Int { (0..<count).map { self[$0].count }.max() ?? 0 }

  /// The positions of a sequence.
  package subscript(_ index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }
}
