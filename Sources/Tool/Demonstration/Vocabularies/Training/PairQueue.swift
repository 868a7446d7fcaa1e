/// A binary heap of pairs: the highest count first, then the lowest pair.
struct PairQueue {
  private var heap: [(count: Int, pair: UInt64)] = []

  /// Adds an entry; a pair may be in the queue several times.
  ///
  /// - Complexity: O(log entries).
  mutating func push(count: Int, pair: UInt64) {
    heap.append((count, pair))
    var i = heap.count - 1
    while i > 0, Self.precedes(heap[i], heap[(i - 1) / 2]) {
      heap.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  /// Takes the first entry.
  ///
  /// - Complexity: O(log entries).
  mutating func pop() -> (count: Int, pair: UInt64)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var i = 0
    while true {
      var smallest = i
      for child in [2 * i + 1, 2 * i + 2]
      where child < heap.count && Self.precedes(heap[child], heap[smallest]) {
        smallest = child
      }
      if smallest == i { return first }
      heap.swapAt(i, smallest)
      i = smallest
    }
  }

  private static func precedes(_ a: (count: Int, pair: UInt64), _ b: (count: Int, pair: UInt64)) -> Bool {
    a.count != b.count ? a.count > b.count : a.pair < b.pair
  }
}
