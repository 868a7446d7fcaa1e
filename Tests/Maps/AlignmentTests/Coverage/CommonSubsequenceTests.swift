import CMCPrimitives
import Testing

@testable import CMCAlignment

/// The table of Wagner and Fischer, cell by cell.
func naiveCommonSubsequenceLength(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = [Int](repeating: 0, count: b.count + 1)
  for byte in a {
    var diagonal = 0
    for (column, other) in b.enumerated() {
      let above = row[column + 1]
      row[column + 1] = byte == other ? diagonal + 1 : max(above, row[column])
      diagonal = above
    }
  }
  return row[b.count]
}

@Suite struct CommonSubsequenceTests {
  @Test(arguments: [2, 4, 256])
  func agreesWithTheTable(alphabet: Int) {
    var random = SeededGenerator(seed: UInt64(alphabet))
    for _ in 0..<400 {
      // Around the borders of words, and everything between.
      let lengths = (0..<2).map { _ in
        random.below(2) == 0 ? [0, 1, 63, 64, 65, 127, 128, 129][random.below(8)] : random.below(300)
      }
      let texts = lengths.map { length in (0..<length).map { _ in UInt8(random.below(alphabet)) } }
      let expected = naiveCommonSubsequenceLength(texts[0], texts[1])
      #expect(commonSubsequenceLength(texts[0], texts[1]) == expected)
      #expect(commonSubsequenceLength(texts[1], texts[0]) == expected)
    }
  }

  @Test func agreesWithTheTableOnEditedTexts() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<100 {
      let text = (0..<random.below(500)).map { _ in UInt8(97 + random.below(6)) }
      var edited = text
      for _ in 0..<random.below(8) {
        let place = random.below(edited.count + 1)
        if random.below(2) == 0, place < edited.count {
          edited.remove(at: place)
        } else {
          edited.insert(UInt8(97 + random.below(6)), at: place)
        }
      }
      #expect(commonSubsequenceLength(text, edited) == naiveCommonSubsequenceLength(text, edited))
    }
  }
}
