import CMCPrimitives

/// A ``ByteTrie`` with a score a key, packed: its size is what its speed depends on, as most looks at it miss the caches.
///
/// A node is one number: the bits of its score in the upper half, those of no number where no key ends; its base in bits
/// 8 to 31; below, the byte that leads to it. The byte alone tells whether a node belongs to the one before it, since no
/// two nodes have the same base. A free slot has the highest base, which is never asked for. What a key stands for lies
/// apart, by node: it is wanted for the few matches of the best path only.
struct ScoredTrie: Sendable {
  private static let noScore = UInt64(Float.nan.bitPattern) << 32
  private static let freeSlot = UInt64.max
  /// Nodes that a base can tell apart.
  private static let largestCount = 1 << 24

  private let nodes: LargeBuffer<UInt64>
  private let values: LargeBuffer<Int32>

  /// A trie of keys and their values, with the score of each value; nil where it would have more than 2^24 nodes.
  init?(_ keys: [(key: [UInt8], value: Int32)], scores: [Float]) {
    let source = ByteTrie(keys, hasUniqueBases: true).nodes
    guard source.count < Self.largestCount else { return nil }
    nodes = LargeBuffer(
      source.indices.map { index -> UInt64 in
        let node = source[index]
        guard node.check >= 0 else { return Self.freeSlot }
        // No key goes on from the root by the byte 0xFF at place 0, whatever its base.
        let label = index == 0 ? 0xFF : index - Int(source[Int(node.check)].base)
        let score = node.value < 0 ? Self.noScore : UInt64(scores[Int(node.value)].bitPattern) << 32
        return score | UInt64(node.base) << 8 | UInt64(label)
      })
    values = LargeBuffer(source.map(\.value))
  }

  /// The trie for the length of one closure.
  @inline(__always)
  func withUnsafeTrie<R>(_ body: (UnsafeTrie) -> R) -> R {
    withExtendedLifetime(self) { body(UnsafeTrie(nodes: nodes.values, values: values.values)) }
  }

  struct UnsafeTrie {
    fileprivate let nodes: UnsafeBufferPointer<UInt64>
    fileprivate let values: UnsafeBufferPointer<Int32>

    /// The value of the key that ends at a node.
    func value(at node: Int32) -> Int32 { values[Int(node)] }

    /// Calls `found` with the length, node and score of each key that begins at a place, shortest first.
    @inline(__always)
    func forEachMatch(
      in text: UnsafeBufferPointer<UInt8>, from start: Int, _ found: (Int, Int32, Float) -> Void
    ) {
      var base = Int(truncatingIfNeeded: nodes[0] >> 8 & 0xFF_FFFF)
      var place = start
      while place < text.count {
        let label = text[place]
        let child = base + Int(label)
        guard child < nodes.count else { return }
        let node = nodes[child]
        guard UInt8(truncatingIfNeeded: node) == label, node != ScoredTrie.freeSlot else { return }
        base = Int(truncatingIfNeeded: node >> 8 & 0xFF_FFFF)
        place += 1
        let score = Float(bitPattern: UInt32(truncatingIfNeeded: node >> 32))
        if !score.isNaN { found(place - start, Int32(truncatingIfNeeded: child), score) }
      }
    }
  }
}
