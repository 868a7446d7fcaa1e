import CMCPrimitives
import Testing

@testable import CMCTokenization

@Suite struct ByteTrieTests {
  @Test func findsWhatADictionaryFinds() {
    var random = SeededGenerator(seed: 11)
    for round in 0..<60 {
      let alphabet = round % 3 == 0 ? 256 : 4
      var keys: [[UInt8]: Int32] = [:]
      var list: [(key: [UInt8], value: Int32)] = []
      for value in 0..<Int32(random.below(400)) {
        let key = (0..<1 + random.below(6)).map { _ in UInt8(random.below(alphabet)) }
        list.append((key, value))
        if keys[key] == nil { keys[key] = value }
      }
      let trie = ByteTrie(list)
      let text = (0..<300).map { _ in UInt8(random.below(alphabet)) }
      text.withUnsafeBufferPointer { buffer in
        for start in text.indices {
          var found: [[UInt8]: Int32] = [:]
          trie.forEachMatch(in: buffer, from: start) { found[Array(text[start..<start + $0])] = $1 }
          var expected: [[UInt8]: Int32] = [:]
          for end in start + 1..<max(start + 1, min(text.count, start + 7)) + 1 where end <= text.count {
            let key = Array(text[start..<end])
            expected[key] = keys[key]
          }
          #expect(found == expected)
        }
      }
    }
  }

  @Test func emptyTrieMatchesNothing() {
    let trie = ByteTrie([])
    [UInt8](0...255).withUnsafeBufferPointer { text in
      for start in 0..<256 { #expect(trie.longestMatch(in: text, from: start) == nil) }
    }
  }
}
