import CMCPrimitives
import Testing

@testable import CMCDemonstration

@Suite struct PairTrainerTests {
  @Test func mergesTheMostFrequentPairFirst() {
    // "abab" three times, "bc" twice: ab 6, ba 3, bc 2.
    var trainer = PairTrainer(
      pieces: ["a", "b", "c"].map { Array($0.utf8) }, words: [([0, 1, 0, 1], 3), ([1, 2], 2)],
      maximumLength: 8)
    trainer.train(pieceLimit: 100)
    #expect(
      trainer.pieces.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "c", "ab", "abab", "bc"])
    #expect(trainer.merges.map(\.result) == [3, 4, 5])
  }

  @Test func stopsAtTheLimitAndAtPairsThatOccurOnce() {
    let words: [(word: [Int32], count: Int)] = [([0, 1], 5), ([1, 0], 1)]
    var limited = PairTrainer(pieces: [[97], [98]], words: words, maximumLength: 8)
    limited.train(pieceLimit: 2)
    #expect(limited.merges.isEmpty)
    limited.train(pieceLimit: 100)
    #expect(limited.merges == [PairTrainer.Merge(left: 0, right: 1, result: 2)])
  }

  @Test func noPieceIsLongerThanTheMaximum() {
    var trainer = PairTrainer(
      pieces: [[97]], words: [([Int32](repeating: 0, count: 32), 4)], maximumLength: 4)
    trainer.train(pieceLimit: 100)
    #expect(trainer.pieces.map(\.count) == [1, 2, 4])
  }

  @Test(arguments: 0..<20)
  func agreesWithCountingEverythingAnewForEachMerge(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let words = (0..<40).map { _ in
      (word: (0..<1 + random.below(9)).map { _ in Int32(random.below(4)) }, count: 1 + random.below(5))
    }
    let pieces = (0..<4).map { [UInt8(97 + $0)] }
    var trainer = PairTrainer(pieces: pieces, words: words, maximumLength: 5)
    trainer.train(pieceLimit: 40)
    #expect(trainer.merges == naiveMerges(pieces: pieces, words: words, maximumLength: 5, pieceLimit: 40))
  }

  /// The rule itself: count all pairs, merge the best, begin again.
  private func naiveMerges(
    pieces: [[UInt8]], words: [(word: [Int32], count: Int)], maximumLength: Int, pieceLimit: Int
  ) -> [PairTrainer.Merge] {
    var pieces = pieces
    var words = words
    var merges: [PairTrainer.Merge] = []
    while pieces.count < pieceLimit {
      var counts: [[Int32]: Int] = [:]
      for (word, count) in words {
        for i in word.indices.dropLast()
        where pieces[Int(word[i])].count + pieces[Int(word[i + 1])].count <= maximumLength {
          counts[[word[i], word[i + 1]], default: 0] += count
        }
      }
      let best = counts.filter { $0.value > 1 }.min {
        $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
      }
      guard let pair = best?.key else { break }
      let bytes = pieces[Int(pair[0])] + pieces[Int(pair[1])]
      let result = Int32(pieces.firstIndex(of: bytes) ?? pieces.count)
      if Int(result) == pieces.count { pieces.append(bytes) }
      merges.append(PairTrainer.Merge(left: pair[0], right: pair[1], result: result))
      for w in words.indices {
        var joined: [Int32] = []
        for id in words[w].word {
          if joined.last == pair[0], id == pair[1] {
            joined[joined.count - 1] = result
          } else {
            joined.append(id)
          }
        }
        // Merging from the left must not join a result with what follows it in the same step.
        words[w].word = joined
      }
    }
    return merges
  }
}
