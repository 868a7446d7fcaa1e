import CMCPrimitives
import Testing

@Suite struct OneLineTests {
  @Test func controlCharactersBecomeEscapes() {
    #expect(oneLine("a\r\nb\u{1B}[31m\u{2028}é") == "a\\r\\nb\\u{1B}[31m\\u{2028}é")
    #expect(oneLine("\n'St\r\r\n") == "\\n'St\\r\\r\\n")
    #expect(oneLine("\u{202E}x") == "\\u{202E}x")
  }

  @Test func longTextIsCut() {
    #expect(oneLine(String(repeating: "x", count: 12), limit: 10) == "xxxxxxxxxx…")
    #expect(oneLine("xxxxxxxxxx", limit: 10) == "xxxxxxxxxx")
  }
}
