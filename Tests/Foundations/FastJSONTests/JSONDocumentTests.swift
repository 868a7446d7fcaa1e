import CMCFastJSON
import Testing

@Suite struct JSONDocumentTests {
  @Test func valuesKnowTheirPath() throws {
    let root = try JSONDocument(Array(#"{"model": {"vocab": [1, "x"]}}"#.utf8)).root
    let element = try #require(root["model"]?["vocab"]?.elements.last)
    #expect(element.path == "model.vocab[1]" && element.string == "x" && element.int == nil)
    #expect(throws: JSONError.missing(path: "model.merges")) { try root.require("model").require("merges") }
    #expect(throws: JSONError.wrongType(path: "model", wanted: "a string", found: "an object")) {
      try root.require("model").expect("a string") { $0.string }
    }
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,}", "nul", "\"\u{1}\"", "{\"a\" 1}", "[\"\\ud800\"]",
    String(repeating: "[", count: 100_000),
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
  }

  @Test func invalidUTF8IsRefused() {
    #expect(throws: JSONError.self) { try JSONDocument([0x22, 0xFF, 0x22]) }
  }

  /// No cut and no flipped bit of a small document brings the parser down.
  @Test func brokenTextsDoNoHarm() {
    let text = Array(#"{"a": [1, 2.5e3, true, null, "é\u00e9"], "b": {"c": {}}}"#.utf8)
    for length in 0...text.count { _ = try? JSONDocument(Array(text.prefix(length))).root.members.count }
    for place in text.indices {
      for bit in 0..<8 {
        var broken = text
        broken[place] ^= 1 << UInt8(bit)
        _ = try? JSONDocument(broken).root.members.map { $0.value.elements.count }
      }
    }
  }
}
