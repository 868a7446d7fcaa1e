import CMCVocabulary

/// What was counted of a corpus, as files keep it: whole numbers, which can be added in any order with the same outcome.
package struct CoverageCounts: Codable, Sendable, Equatable {
  /// The source ids that occur, ascending.
  var ids: [Int32] = []
  /// How often each of them occurs.
  var counts: [Int] = []
  /// The text that was read.
  var text = CorpusTextFigures()
  /// The source tokenizer on the text.
  var source = TokenizerFigures()
  /// The target tokenizer on the text.
  var target = TokenizerFigures()
  /// Texts that stay the same.
  var sameTexts = 0
  /// The ids without a target that occur, ascending.
  var unmatched: [Int32] = []
  /// The first occurrence of each of them.
  var occurrences: [CoverageWorker.Occurrence] = []

  /// Adds what was counted of other texts.
  ///
  /// - Complexity: O(ids of both).
  mutating func add(_ other: CoverageCounts) {
    var sums = Dictionary(zip(ids, counts)) { $0 + $1 }
    for (id, count) in zip(other.ids, other.counts) { sums[id, default: 0] += count }
    let sorted = sums.sorted { $0.key < $1.key }
    (ids, counts) = (sorted.map(\.key), sorted.map(\.value))
    text.add(other.text)
    source.add(other.source)
    target.add(other.target)
    sameTexts += other.sameTexts
    var first = Dictionary(zip(unmatched, occurrences)) { $1.place < $0.place ? $1 : $0 }
    for (id, occurrence) in zip(other.unmatched, other.occurrences) {
      if let known = first[id], known.place < occurrence.place { continue }
      first[id] = occurrence
    }
    let found = first.sorted { $0.key < $1.key }
    (unmatched, occurrences) = (found.map(\.key), found.map(\.value))
  }
}

/// What figures say of a token beside how often it occurs.
struct CoverageTokenFacts: Codable, Sendable, Equatable {
  /// What decides where it goes.
  var method: MapMethod
  /// The bytes it contributes to text.
  var length: Int32
  /// Whether its targets have exactly its bytes.
  var isSame: Bool
  /// Its row in the script table.
  var script: String
  /// The token; nil where it is the same in the target, and no list names it.
  var token: ShownToken?
  /// What it becomes; nil likewise.
  var targets: [ShownToken]?
}

/// What one of several processes counted of a corpus, with all that figures say of the tokens that occur: neither the map
/// nor a tokenizer is needed to join such counts.
package struct PortableCounts: Codable, Sendable, Equatable {
  /// What was counted.
  var counts: CoverageCounts
  /// What is to be said of each id that occurs, in the same order.
  var facts: [CoverageTokenFacts]

  /// Adds what was counted of other texts with the same map.
  ///
  /// - Complexity: O(ids of both).
  package mutating func add(_ other: PortableCounts) {
    let known = Dictionary(zip(counts.ids + other.counts.ids, facts + other.facts)) { one, _ in one }
    counts.add(other.counts)
    facts = counts.ids.compactMap { known[$0] }
  }

  /// The figures, with so many tokens in each list.
  ///
  /// - Returns: nil where the counts are damaged.
  package func figures(top: Int) -> CoverageFigures? {
    guard facts.count == counts.ids.count, counts.counts.count == counts.ids.count else { return nil }
    let known = Dictionary(zip(counts.ids, facts)) { one, _ in one }
    return CoverageFigures(counts, top: top) { known[$0] }
  }
}
