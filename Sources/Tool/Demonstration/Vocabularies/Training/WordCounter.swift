/// Counts words and gives them in an order that does not depend on a hash table.
struct WordCounter {
  private var counts: [[UInt8]: Int] = [:]

  /// Counts one occurrence of a word given as UTF-8 or other bytes.
  mutating func add(_ word: [UInt8]) { counts[word, default: 0] += 1 }

  /// The words in ascending order of their bytes.
  func sorted() -> [(word: [UInt8], count: Int)] {
    counts.map { ($0.key, $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
  }
}
