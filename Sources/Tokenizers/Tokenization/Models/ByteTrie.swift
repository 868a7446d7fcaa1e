/// A trie over bytes as a double array: one look a byte, no pointers.
///
/// Node `n` has its children at `base[n] + byte`, if `check` there says `n`. Source: Aoe, "An efficient digital search
/// algorithm by using a double-array structure", 1989.
struct ByteTrie: Sendable {
  struct Node: BitwiseCopyable {
    var base: Int32 = 0
    var check: Int32 = -1
    var value: Int32 = -1
  }

  private(set) var nodes: [Node] = []
  /// The bases in use, where they may be used once only.
  private var taken: [Bool] = []
  /// Slots below this are as good as full.
  private var firstFree = 1

  /// A trie of keys and values of at least 0.
  ///
  /// Of equal keys the first counts. Empty keys are left out.
  ///
  /// - Parameter hasUniqueBases: Whether no two nodes may have the same base, so that a byte tells whose child a node is.
  /// - Complexity: O(bytes of the keys), and the sorting.
  init(_ keys: [(key: [UInt8], value: Int32)], hasUniqueBases: Bool = false) {
    let sorted = keys.enumerated().filter { !$0.element.key.isEmpty }.sorted {
      $0.element.key == $1.element.key
        ? $0.offset < $1.offset : $0.element.key.lexicographicallyPrecedes($1.element.key)
    }.map(\.element)
    nodes = [Node](repeating: Node(), count: 512)
    nodes[0].check = 0
    // Ranges of keys to do, each below a node at a depth. The last one first: nodes of one key then lie near each other,
    // which a level-by-level order would lose, and a third of the speed with it.
    var waiting: [(node: Int, range: Range<Int>, depth: Int)] = [(0, 0..<sorted.count, 0)]
    var labels: [(byte: Int, range: Range<Int>)] = []
    while let (node, range, depth) = waiting.popLast() {
      labels.removeAll(keepingCapacity: true)
      var place = range.lowerBound
      while place < range.upperBound {
        let key = sorted[place].key
        if key.count == depth {
          if nodes[node].value < 0 { nodes[node].value = sorted[place].value }
          place += 1
          continue
        }
        let start = place
        while place < range.upperBound, sorted[place].key[depth] == key[depth] { place += 1 }
        labels.append((Int(key[depth]), start..<place))
      }
      guard let first = labels.first else { continue }
      let base = findBase(first.byte, labels.map(\.byte), isUnique: hasUniqueBases)
      nodes[node].base = Int32(base)
      for (byte, _) in labels { nodes[base + byte].check = Int32(node) }
      for (byte, range) in labels { waiting.append((base + byte, range, depth + 1)) }
    }
    taken = []
  }

  private mutating func findBase(_ first: Int, _ bytes: [Int], isUnique: Bool) -> Int {
    var slot = max(firstFree, first + 1)
    var tries = 0
    while true {
      while slot < nodes.count, nodes[slot].check >= 0 { slot += 1 }
      if slot + 256 >= nodes.count {
        nodes.append(contentsOf: repeatElement(Node(), count: max(512, nodes.count / 2)))
      }
      let base = slot - first
      if isUnique, taken.count <= base {
        taken.append(contentsOf: repeatElement(false, count: nodes.count - taken.count))
      }
      if bytes.allSatisfy({ nodes[base + $0].check < 0 }), !isUnique || !taken[base] {
        if isUnique { taken[base] = true }
        // Slots that were passed over often hold nothing for others either.
        if tries > 16 { firstFree = max(firstFree, slot - 64) }
        while firstFree < nodes.count, nodes[firstFree].check >= 0 { firstFree += 1 }
        return base
      }
      tries += 1
      slot += 1
    }
  }

  /// Calls `found` with the length and value of each key that begins at a place, shortest first.
  @inline(__always)
  func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, node: Int = 0, _ found: (Int, Int32) -> Void
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      var node = node
      var place = start
      while place < text.count {
        let child = Int(nodes[node].base) + Int(text[place])
        guard child < nodes.count, nodes[child].check == Int32(truncatingIfNeeded: node), child != 0 else {
          return
        }
        node = child
        place += 1
        if nodes[node].value >= 0 { found(place - start, nodes[node].value) }
      }
    }
  }

  /// The longest key that begins at a place.
  @inline(__always)
  func longestMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int, node: Int = 0
  ) -> (length: Int, value: Int32)? {
    var result: (Int, Int32)?
    forEachMatch(in: text, from: start, node: node) { result = ($0, $1) }
    return result
  }

  /// The node that some bytes lead to from the root.
  func node(of bytes: some Sequence<UInt8>) -> Int? {
    var node = 0
    for byte in bytes {
      let child = Int(nodes[node].base) + Int(byte)
      guard child < nodes.count, child != 0, nodes[child].check == Int32(node) else { return nil }
      node = child
    }
    return node
  }
}
