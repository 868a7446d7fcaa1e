import CMCPrimitives
import Testing

@testable import CMCFastJSON

@Suite struct JSONFaultTests {
  @Test(arguments: [
    ("", "the text ends where a value is expected", 0, 1, 1),
    ("{\n  \"a\": 1,\n  b: 2}", "a member name in quotes expected", 14, 3, 3),
    ("[1, 2", "the text ends where a comma or ] is expected", 5, 1, 6),
    ("{\"a\" 1}", "a colon expected", 5, 1, 6),
    ("[1,]", "a value expected", 3, 1, 4),
    ("[01]", "a comma or ] expected", 2, 1, 3),
    ("[1.]", "a digit expected", 3, 1, 4),
    ("{\"a\":1}}", "nothing more expected after the end of the value", 7, 1, 8),
    ("[\n\"abc", "the string that begins here has no end", 2, 2, 1),
    ("\"\u{1}\"", "a control character in a string must be escaped", 1, 1, 2),
    ("\"\\x\"", "an unknown escape", 1, 1, 2),
    ("\"\\ud800\"", "half of a surrogate pair", 1, 1, 2),
    ("[[[]]]", "nested more than 2 levels deep", 2, 1, 3),
  ])
  func faultsHaveAPlace(_ text: String, _ reason: String, _ offset: Int, _ line: Int, _ column: Int) throws {
    let bytes = Array(text.utf8)
    let fault = try #require(JSONFaultFinder.firstFault(in: bytes[...], maximumDepth: 2))
    #expect(fault.reason == reason)
    #expect([fault.offset, fault.line, fault.column] == [offset, line, column])
    #expect(throws: JSONError.self) { try JSONDocument(bytes, maximumDepth: 2) }
  }

  @Test func invalidUTF8HasAPlace() throws {
    let fault = try #require(JSONFaultFinder.firstFault(in: [0x22, 0x61, 0xC3, 0x28, 0x22], maximumDepth: 8))
    #expect(fault.offset == 2 && fault.reason == "bytes that are no UTF-8")
  }

  @Test func aByteOrderMarkCounts() {
    let error = #expect(throws: JSONError.self) { try JSONDocument([0xEF, 0xBB, 0xBF] + Array("[}".utf8)) }
    #expect(error?.description == "is not valid JSON: line 1, column 2 (byte 4): a value expected")
  }

  @Test func theMessageNamesThePlaceInOneLine() {
    let error = #expect(throws: JSONError.self) { try JSONDocument(Array("{\n \"model\": {,".utf8)) }
    #expect(
      error?.description
        == "is not valid JSON: line 2, column 12 (byte 13): a member name in quotes expected")
  }

  /// The scanner and simdjson draw the line at the same place: on random damage, each refuses what the other refuses.
  @Test func refusesWhatTheParserRefuses() {
    let text = Array(
      #"{"a": [1, -2.5e3, true, null, "é\u00e9\ud83d\ude00"], "b": {"c": {}, "d": [[], "\n"]}}"#.utf8)
    let alphabet = Array("{}[]\",:0e.-\\u \u{1}tn".utf8) + [0xC3, 0xFF]
    var generator = SeededGenerator(seed: 11)
    var refused = 0
    for _ in 0..<20_000 {
      var broken = text
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<broken.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: broken.remove(at: place)
        case 1: broken.insert(alphabet.randomElement(using: &generator) ?? 0x20, at: place)
        default: broken[place] = alphabet.randomElement(using: &generator) ?? 0x20
        }
      }
      let parserRefuses = (try? JSONDocument(broken)) == nil
      let fault = JSONFaultFinder.firstFault(in: broken[...], maximumDepth: 256)
      #expect(parserRefuses == (fault != nil), "\(String(decoding: broken, as: UTF8.self))")
      refused += parserRefuses ? 1 : 0
    }
    #expect(refused > 1000 && refused < 20_000)
  }
}
