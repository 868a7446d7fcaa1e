import CMCPrimitives
import Testing

@testable import CMCTokenization

/// A rule by a dictionary of texts, and the plain way to merge.
private struct TextRule: PairRule {
  let priorities: [[UInt8]: UInt32]

  func merge(_ left: Int32, _ right: Int32, joined: UnsafeBufferPointer<UInt8>) -> PairMerge {
    guard let priority = priorities[Array(joined)] else { return .none }
    return PairMerge(priority: priority, result: Int32(joined.count))
  }

  /// The lowest priority first, of equal ones the leftmost, looked for anew after each merge.
  func naive(_ word: [UInt8]) -> [Int] {
    var parts = word.map { [$0] }
    while true {
      var best: (priority: UInt32, index: Int)?
      for index in parts.indices.dropLast() {
        if let priority = priorities[parts[index] + parts[index + 1]], priority < best?.priority ?? .max {
          best = (priority, index)
        }
      }
      guard let best else { return parts.map(\.count) }
      parts[best.index] += parts.remove(at: best.index + 1)
    }
  }
}

@Suite struct BytePairMergerTests {
  @Test func scanAndHeapAreThePlainRule() {
    var random = SeededGenerator(seed: 7)
    for round in 0..<400 {
      var priorities: [[UInt8]: UInt32] = [:]
      for _ in 0..<random.below(60) {
        let piece = (0..<2 + random.below(5)).map { _ in UInt8(97 + random.below(3)) }
        // Few priorities, so that equal ones are common.
        priorities[piece] = UInt32(random.below(12))
      }
      let rule = TextRule(priorities: priorities)
      let word = (0..<1 + random.below(90)).map { _ in UInt8(97 + random.below(3)) }
      let expected = rule.naive(word)
      for limit in [0, 1000] {
        var merger = BytePairMerger()
        var tokens: [EncodedToken] = []
        merger.begin()
        for place in word.indices { merger.add(1, start: place) }
        word.withUnsafeBufferPointer { merger.run($0, rule: rule, scanLimit: limit, into: &tokens) }
        #expect(tokens.map { Int($0.length) } == expected, "round \(round), limit \(limit)")
      }
    }
  }
}
