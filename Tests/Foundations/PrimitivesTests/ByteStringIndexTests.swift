import CMCPrimitives
import Testing

@Suite struct ByteStringIndexTests {
  @Test func `every row is found and nothing else`() {
    var generator = SeededGenerator(seed: 3)
    var table = ByteTable()
    var first: [[UInt8]: Int] = [:]
    for row in 0..<5000 {
      let bytes = (0..<generator.below(20)).map { _ in UInt8(generator.below(4)) }
      table.append(bytes)
      if first[bytes] == nil { first[bytes] = row }
    }
    let index = ByteStringIndex(table)
    for row in 0..<table.count { #expect(index.row(of: table[row]) == first[Array(table[row])]) }
    for _ in 0..<5000 {
      let bytes = (0..<generator.below(20)).map { _ in UInt8(generator.below(5)) }
      #expect(index.row(of: bytes) == first[bytes])
    }
  }

  @Test func `the first pair of equal rows is named`() {
    #expect(
      ByteStringIndex(ByteTable(["a", "b", "a", "b"].map(\.utf8))).firstDuplicate.map { [$0, $1] } == [0, 2])
    #expect(ByteStringIndex(ByteTable(["a", "b", ""].map(\.utf8))).firstDuplicate == nil)
  }

  @Test func `rows left out are not found`() {
    let index = ByteStringIndex(ByteTable(["", "a", "", "b"].map(\.utf8))) { $0 != 0 && $0 != 3 }
    #expect(index.row(of: []) == 2)
    #expect(index.row(of: "b".utf8) == nil)
    #expect(ByteStringIndex(ByteTable()).row(of: []) == nil)
  }

  @Test(arguments: [Int.min, -1, 0, 1, 2, 3, 900, .max])
  func `a guess changes nothing but the way`(_ guess: Int) {
    let rows = ["ab", "", "abc", "b"]
    let index = ByteStringIndex(ByteTable(rows.map(\.utf8)))
    let joined = { (first: String, second: String) in
      index.withUnsafeLookup { lookup in
        Array(first.utf8).withUnsafeBufferPointer { first in
          Array(second.utf8).withUnsafeBufferPointer { lookup.row(joining: first, $0, guess: guess) }
        }
      }
    }
    #expect(joined("a", "b") == 0)
    #expect(joined("", "") == 1)
    #expect(joined("ab", "c") == 2)
    #expect(joined("", "abc") == 2)
    #expect(joined("b", "") == 3)
    #expect(joined("b", "a") == nil)
    #expect(joined("abc", "d") == nil)
  }

  @Test func `canonically equivalent texts are different keys`() {
    let index = ByteStringIndex(ByteTable(["\u{E9}", "e\u{301}"].map(\.utf8)))
    #expect(index.row(of: "e\u{301}".utf8) == 1)
  }
}
