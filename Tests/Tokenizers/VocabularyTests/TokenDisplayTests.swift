import CMCPrimitives
import CMCVocabulary
import Testing

@Suite struct TokenDisplayTests {
  @Test(arguments: [
    (" the", "␣the"), ("\n", "\\n"), ("a\\n", "a\\\\n"), ("␣", "\\u{2423}"), ("\u{202E}x", "\\u{202E}x"),
    ("\u{301}", "\\u{301}"), ("e\u{301}", "e\u{301}"), ("\u{A0}", "\\u{A0}"), ("\0", "\\u{0}"), ("漢", "漢"),
  ])
  func textIsVisible(_ text: String, _ shown: String) {
    #expect(
      TokenDisplay.string(Array(text.utf8), kind: .text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test func fragmentsAndBytesAreHexadecimal() {
    #expect(TokenDisplay.string([0x20, 0xE6, 0x61], kind: .fragment) == "\\x20\\xE6a")
    #expect(TokenDisplay.string([0x0A], kind: .byte) == "<0x0A>")
    #expect(TokenDisplay.string(Array("<s> x".utf8), kind: .special) == "<s> x")
  }

  /// Whatever the bytes, the visible form has no control character and gives them back.
  @Test func everyFormIsReadBack() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      let bytes = (0..<generator.below(8)).map { _ in UInt8(generator.below(256)) }
      let kind: TokenKind = isValidUTF8(bytes) ? .text : .fragment
      check(bytes, kind)
      let scalars = (0..<generator.below(5)).compactMap { _ in
        Unicode.Scalar(UInt32(generator.below(0x11_0000)))
      }
      let text = Array(String(String.UnicodeScalarView(scalars)).utf8)
      check(text, .text)
      check(text, .special)
    }
    for byte in UInt8.min...UInt8.max { check([byte], .byte) }
  }

  private func check(_ bytes: [UInt8], _ kind: TokenKind) {
    let shown = TokenDisplay.string(bytes, kind: kind)
    #expect(TokenDisplay.bytes(Array(shown.utf8), kind: kind) == bytes, "\(bytes) \(kind) \(shown)")
    #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
  }
}
