/// What two neighbours become.
struct PairMerge {
  /// Lower merges earlier.
  var priority: UInt32
  /// The token of the two joined.
  var result: Int32

  /// No merge at all.
  static let none = PairMerge(priority: .max, result: -1)
}

/// Says which neighbours merge.
protocol PairRule {
  /// The merge of two neighbours, whose bytes together are `joined`; ``PairMerge/none`` where there is none.
  func merge(_ left: Int32, _ right: Int32, joined: UnsafeBufferPointer<UInt8>) -> PairMerge
}

/// One token and how many bytes of the normalised text it stands for.
///
/// An id of -1 stands for bytes that no token expresses; a lower one is a mark of no length for one such byte inside the
/// token before it.
struct EncodedToken: BitwiseCopyable {
  var id: Int32
  var length: Int32

  /// The id of a mark for a byte so far before the end of the token.
  static func missing(_ back: Int32) -> Int32 { -1 - back }

  /// How far back the byte of a mark is, or nil where the token is none.
  var missingBack: Int? { id < -1 && id != Self.refused ? Int(-1 - id) : nil }
}

/// Merges neighbours, the lowest priority first and of equal ones the leftmost, until none is left to merge.
///
/// Short words are scanned, which costs O(n²) with a small constant; longer ones take a heap, O(n log n). Both give the
/// same, and a test compares them with the plain rule.
struct BytePairMerger {
  /// Words of more symbols take the heap.
  static let scanLimit = 48

  private var ids: [Int32] = []
  private var starts: [Int32] = []
  private var merges: [PairMerge] = []
  private var priorities: [UInt32] = []
  private var results: [Int32] = []
  private var next: [Int32] = []
  private var previous: [Int32] = []
  private var heap: [UInt64] = []

  /// Forgets the symbols of the last word.
  mutating func begin() {
    ids.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
  }

  /// The last symbol.
  var last: Int32? { ids.last }

  /// The number of symbols.
  var count: Int { ids.count }

  /// Adds a symbol that begins at a byte of the word.
  @inline(__always)
  mutating func add(_ id: Int32, start: Int) {
    ids.append(id)
    starts.append(Int32(truncatingIfNeeded: start))
  }

  /// Adds a symbol for each byte of the word, by the token of each of 256 bytes.
  @inline(__always)
  mutating func add(_ word: UnsafeBufferPointer<UInt8>, table: [Int32]) {
    table.withUnsafeBufferPointer { table in
      ids.append(contentsOf: word.lazy.map { table[Int($0)] })
    }
    starts.append(contentsOf: 0..<Int32(truncatingIfNeeded: word.count))
  }

  /// Merges, and appends what is left.
  mutating func run<Rule: PairRule>(
    _ word: UnsafeBufferPointer<UInt8>, rule: Rule, scanLimit: Int = BytePairMerger.scanLimit,
    into tokens: inout [EncodedToken]
  ) {
    starts.append(Int32(truncatingIfNeeded: word.count))
    if ids.count <= scanLimit {
      scan(word, rule, into: &tokens)
    } else {
      mergeByHeap(word, rule, into: &tokens)
    }
  }

  private mutating func scan<Rule: PairRule>(
    _ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, into tokens: inout [EncodedToken]
  ) {
    let symbols = ids.count
    if priorities.count < symbols {
      priorities = [UInt32](repeating: .max, count: symbols)
      results = [Int32](repeating: -1, count: symbols)
    }
    ids.withUnsafeMutableBufferPointer { ids in
      starts.withUnsafeMutableBufferPointer { starts in
        priorities.withUnsafeMutableBufferPointer { priorities in
          results.withUnsafeMutableBufferPointer { results in
            let parts = Parts(ids: ids, starts: starts, priorities: priorities, results: results)
            let count = parts.merge(word, rule, count: symbols)
            tokens.reserveCapacity(tokens.count + count)
            for index in 0..<count {
              tokens.append(EncodedToken(id: ids[index], length: starts[index + 1] - starts[index]))
            }
          }
        }
      }
    }
  }

  /// The symbols of a short word, side by side: `ids` and `starts` a symbol, the rest a pair of neighbours.
  private struct Parts {
    let ids: UnsafeMutableBufferPointer<Int32>
    let starts: UnsafeMutableBufferPointer<Int32>
    let priorities: UnsafeMutableBufferPointer<UInt32>
    let results: UnsafeMutableBufferPointer<Int32>

    /// Merges until nothing merges; gives the number of symbols that are left.
    @inline(__always)
    func merge<Rule: PairRule>(_ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, count: Int) -> Int {
      var count = count
      guard count > 1 else { return count }
      for index in 0..<count - 1 { look(word, rule, index) }
      while true {
        var best = 0
        var priority = UInt32.max
        for index in 0..<count - 1 where priorities[index] < priority {
          priority = priorities[index]
          best = index
        }
        guard priority != .max else { return count }
        ids[best] = results[best]
        count -= 1
        // What lies behind the merged pair moves up by one.
        var index = best + 1
        while index < count {
          ids[index] = ids[index + 1]
          starts[index] = starts[index + 1]
          priorities[index] = priorities[index + 1]
          results[index] = results[index + 1]
          index += 1
        }
        starts[count] = starts[count + 1]
        if best < count - 1 { look(word, rule, best) }
        if best > 0 { look(word, rule, best - 1) }
      }
    }

    @inline(__always)
    private func look<Rule: PairRule>(_ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, _ left: Int) {
      let found = rule.merge(
        ids[left], ids[left + 1],
        joined: UnsafeBufferPointer(rebasing: word[Int(starts[left])..<Int(starts[left + 2])]))
      priorities[left] = found.priority
      results[left] = found.result
    }
  }

  @inline(__always)
  private func merge<Rule: PairRule>(
    _ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, _ left: Int, _ right: Int, _ after: Int
  ) -> PairMerge {
    rule.merge(
      ids[left], ids[right],
      joined: UnsafeBufferPointer(rebasing: word[Int(starts[left])..<Int(starts[after])]))
  }

  private mutating func mergeByHeap<Rule: PairRule>(
    _ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, into tokens: inout [EncodedToken]
  ) {
    let count = ids.count
    next = (1...Int32(count)).map { $0 }
    previous = (0..<Int32(count)).map { $0 - 1 }
    merges = (0..<count).map { $0 + 1 < count ? merge(word, rule, $0, $0 + 1, $0 + 2) : .none }
    heap.removeAll(keepingCapacity: true)
    for index in 0..<count where merges[index].priority != .max {
      heap.append(UInt64(merges[index].priority) << 32 | UInt64(index))
    }
    for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    while let top = heap.first {
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        sink(0)
      }
      let left = Int(top & 0xFFFF_FFFF)
      // An entry is stale when its pair has changed since.
      guard ids[left] >= -1, merges[left].priority == UInt32(top >> 32) else { continue }
      let right = Int(next[left])
      ids[left] = merges[left].result
      // -2 marks a symbol that is gone; a symbol without a token is -1.
      ids[right] = -2
      merges[right] = .none
      let after = Int(next[right])
      next[left] = Int32(after)
      if after < count { previous[after] = Int32(left) }
      update(left, word, rule, count)
      if previous[left] >= 0 { update(Int(previous[left]), word, rule, count) }
    }
    var index = 0
    while index < count {
      tokens.append(EncodedToken(id: ids[index], length: starts[Int(next[index])] - starts[index]))
      index = Int(next[index])
    }
  }

  private mutating func update<Rule: PairRule>(
    _ left: Int, _ word: UnsafeBufferPointer<UInt8>, _ rule: Rule, _ count: Int
  ) {
    let right = Int(next[left])
    guard right < count else {
      merges[left] = .none
      return
    }
    let found = rule.merge(
      ids[left], ids[right],
      joined: UnsafeBufferPointer(rebasing: word[Int(starts[left])..<Int(starts[Int(next[right])])]))
    merges[left] = found
    if found.priority != .max { push(UInt64(found.priority) << 32 | UInt64(left)) }
  }

  private mutating func push(_ key: UInt64) {
    heap.append(key)
    var place = heap.count - 1
    while place > 0, heap[(place - 1) / 2] > heap[place] {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) {
    heap.withUnsafeMutableBufferPointer { heap in
      var place = start
      while true {
        var child = 2 * place + 1
        guard child < heap.count else { return }
        if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
        guard heap[child] < heap[place] else { return }
        heap.swapAt(child, place)
        place = child
      }
    }
  }
}
