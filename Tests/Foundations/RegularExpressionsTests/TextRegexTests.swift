import CMCPrimitives
import Testing

@testable import CMCRegularExpressions

@Suite struct TextRegexTests {
  func matches(_ pattern: String, _ text: String, _ dialect: RegexDialect = .oniguruma) throws -> [String] {
    let bytes = Array(text.utf8)
    var found: [String] = []
    try bytes.withUnsafeBufferPointer { buffer in
      try RegexMatcher(try TextRegex(pattern, dialect: dialect)).forEachMatch(in: buffer) {
        found.append(String(decoding: bytes[$0], as: UTF8.self))
      }
    }
    return found
  }

  @Test func lettersOfLaterUnicodeVersionsAreLetters() throws {
    // U+1E4D0 (15), U+323B0 (17, not yet a letter here), U+105C0 (16).
    #expect(try matches(#"\p{L}+"#, "a\u{1E4D0}\u{105C0}1") == ["a\u{1E4D0}\u{105C0}"])
  }

  @Test func whiteSpaceIsThatOfTheOriginals() throws {
    #expect(try matches(#"\s"#, "\u{180E}\u{85}\u{1C}\u{2028} ") == ["\u{85}", "\u{2028}", " "])
  }

  @Test func caseIsIgnoredBeyondASCII() throws {
    #expect(try matches("'(?i:s|ve)", "'S 'ſ 'vE 've 'x") == ["'S", "'ſ", "'vE", "'ve"])
    #expect(try matches("(?i)k", "kK\u{212A}") == ["k", "K", "\u{212A}"])
  }

  @Test func lookAroundAndGreed() throws {
    #expect(try matches(#"\s+(?!\S)|\s+"#, "a   b  ") == ["  ", " ", "  "])
    #expect(try matches(#"(?<=a)b"#, "ab bb") == ["b"])
    #expect(try matches(#"\d{1,3}"#, "12345") == ["123", "45"])
    #expect(try matches(#"a{2}+"#, "aaaa", .oniguruma) == ["aaaa"])
    #expect(try matches(#"ba{,2}"#, "baaa b", .oniguruma) == ["baa", "b"])
    #expect(try matches(#"a{2}+"#, "aaaa", .rust) == ["aa", "aa"])
  }

  @Test func endOfLineAndEndOfText() throws {
    #expect(try matches(#"a$"#, "a\na", .oniguruma) == ["a", "a"])
    #expect(try matches(#"a$"#, "a\na", .rust) == ["a"])
    #expect(try matches(#"a$"#, "a\n", .rust) == [])
  }

  /// As tokenizers' Replace with a Regex does: Oniguruma asks one table for `\w` and another for a class.
  @Test func superscriptsAreWordsOutsideOfClasses() throws {
    #expect(try matches(#"\w+"#, "a²½") == ["a²½"])
    #expect(try matches(#"\W+"#, "a¿½") == ["¿"])
    #expect(try matches(#"[\w]+"#, "a²½") == ["a"])
    #expect(try matches(#"[^\w\s]+"#, "a¿½") == ["¿½"])
    #expect(try matches(#"[\W]+"#, "a¿½") == ["¿½"])
    #expect(try matches(#"\w+|[^\w\s]+"#, "ï¿½") == ["ï", "¿½"])
    #expect(try matches(#"\w+"#, "a²½", .rust) == ["a"])
  }

  @Test func classes() throws {
    #expect(try matches(#"[^\r\n\p{L}]+"#, "ab12\n-é") == ["12", "-"])
    #expect(try matches(#"[a-c&&[^b]]+"#, "abc") == ["a", "c"])
    #expect(try matches(#"[]a]+"#, "a]b") == ["a]"])
    #expect(try matches(#"[一-龥]+"#, "ab漢字c") == ["漢字"])
    #expect(try matches(#"\p{Han}\p{^Han}"#, "漢a") == ["漢a"])
  }

  @Test(arguments: [
    #"(a)\1"#, #"\b"#, "(?P<n>a)", "a{1001}", "(a", "a)", "[a", #"\p{Foo}"#, "*a", "a\\", #"\x{110000}"#,
    "(?(1)a)",
    "(*ACCEPT)", "[[:alpha:]]",
  ])
  func whatIsUnknownIsAnErrorWithAPlace(pattern: String) {
    #expect(throws: RegexError.self) { _ = try TextRegex(pattern) }
  }

  @Test func aMillionCharactersAreNoTrouble() throws {
    for text in [String(repeating: " ", count: 1 << 20), String(repeating: "a", count: 1 << 20)] {
      let found = try matches(#"[^\r\n\p{L}\p{N}]?\p{L}+|\s*[\r\n]+|\s+(?!\S)|\s+"#, text)
      #expect(found.map(\.utf8.count) == [1 << 20])
    }
  }

  /// Deeply nested patterns must end in an error, not in the end of the stack.
  @Test func deepNesting() {
    #expect(throws: RegexError.self) {
      _ = try TextRegex(String(repeating: "(", count: 10_000) + String(repeating: ")", count: 10_000))
    }
    #expect(throws: RegexError.self) { _ = try TextRegex(String(repeating: "[", count: 10_000)) }
  }
}
