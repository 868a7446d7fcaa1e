import Primitives

/// A ``ByteTrie`` with a score a key, packed: its size is what its speed depends on, as most looks at it miss the caches.
///
/// A node is one number: its base in bits 36 and up; in bits 28 to 35 the byte that leads to it; below, one more than
/// its value, or 0. The byte alone tells whether a node belongs to the one before it, since no two nodes have the same
/// base. A free slot has the highest base, which is never asked for.
struct ScoredTrie: Sendable {
  private static let freeSlot = UInt64.max
  private let nodes: LargeBuffer<UInt64>
  private let scores: LargeBuffer<Float>

  /// A trie of keys and their values, with the score of each value.
  ///
  /// - Precondition: Fewer than 2^28 values and bytes of keys, which every reader's limits are far below.
  init(_ keys: [(key: [UInt8], value: Int32)], scores: [Float]) {
    let source = ByteTrie(keys, hasUniqueBases: true).nodes
    let packed = source.indices.map { index -> UInt64 in
      let node = source[index]
      guard node.check >= 0 else { return Self.freeSlot }
      // No key goes on from the root by the byte 0xFF at place 0, whatever its base.
      let label = index == 0 ? 0xFF : index - Int(source[Int(node.check)].base)
      return UInt64(node.base) << 36 | UInt64(label) << 28 | UInt64(node.value + 1)
    }
    nodes = LargeBuffer(packed)
    self.scores = LargeBuffer(scores)
  }

  /// The trie for the length of one closure.
  @inline(__always)
  func withUnsafeTrie<R>(_ body: (UnsafeTrie) -> R) -> R {
    withExtendedLifetime(self) { body(UnsafeTrie(nodes: nodes.values, scores: scores.values)) }
  }

  struct UnsafeTrie {
    fileprivate let nodes: UnsafeBufferPointer<UInt64>
    fileprivate let scores: UnsafeBufferPointer<Float>

    /// Calls `found` with the length, value and score of each key that begins at a place, shortest first.
    @inline(__always)
    func forEachMatch(
      in text: UnsafeBufferPointer<UInt8>, from start: Int, _ found: (Int, Int32, Float) -> Void
    ) {
      var base = Int(truncatingIfNeeded: nodes[0] >> 36)
      var place = start
      while place < text.count {
        let label = text[place]
        let child = base + Int(label)
        guard child < nodes.count else { return }
        let node = nodes[child]
        guard UInt8(truncatingIfNeeded: node >> 28) == label, node != ScoredTrie.freeSlot else { return }
        base = Int(truncatingIfNeeded: node >> 36)
        place += 1
        let value = Int(truncatingIfNeeded: node & 0xFFF_FFFF)
        if value > 0 { found(place - start, Int32(truncatingIfNeeded: value - 1), scores[value - 1]) }
      }
    }
  }
}
