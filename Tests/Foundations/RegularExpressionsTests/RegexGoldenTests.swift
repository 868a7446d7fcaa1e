import Testing

@testable import CMCRegularExpressions

/// What the original libraries match and refuse, by `Tests/Scripts/generate_regex_matches.py`.
@Suite struct RegexGoldenTests {
  private func dialect(_ row: [String]) -> RegexDialect { row[0] == "rust" ? .rust : .oniguruma }

  /// The matches of a row's pattern in its text, those of nothing left out.
  private func matches(_ row: [String]) throws -> [String] {
    let bytes = Array(row[2].utf8)
    var found: [String] = []
    try bytes.withUnsafeBufferPointer { buffer in
      try RegexMatcher(try TextRegex(row[1], dialect: dialect(row))).forEachMatch(in: buffer) {
        if !$0.isEmpty { found.append(String(decoding: bytes[$0], as: UTF8.self)) }
      }
    }
    return found
  }

  /// Compared as scalars: to Swift's strings a letter with a mark equals the composed one.
  private func scalars(_ texts: some Sequence<String>) -> [[UInt32]] {
    texts.map { $0.unicodeScalars.map(\.value) }
  }

  @Test func matchesAreThoseOfTheOriginals() throws {
    for row in RegexGolden.carriedOut {
      #expect(scalars(try matches(row)) == scalars(row.dropFirst(3)), "\(row)")
    }
  }

  @Test func drawnPatternsMatchTheSameOrAreRefused() throws {
    var carriedOut = 0
    for row in RegexGolden.drawn {
      do {
        #expect(scalars(try matches(row)) == scalars(row.dropFirst(3)), "\(row)")
        carriedOut += 1
      } catch is RegexError {
        continue
      }
    }
    // Few are refused, or the test would say little.
    #expect(carriedOut > RegexGolden.drawn.count * 9 / 10)
  }

  @Test func whatTheOriginalsRefuseIsRefused() {
    for row in RegexGolden.refused {
      #expect(throws: RegexError.self, "\(row)") { _ = try TextRegex(row[1], dialect: dialect(row)) }
    }
  }

  /// What the libraries take and this module does not is named, and where it stands.
  @Test(arguments: [
    (#"a(?i)b\b"#, #"\b"#, 6), (#"(a)\1"#, #"\1"#, 3), (#"\h"#, #"\h"#, 0), (#"\R"#, #"\R"#, 0),
    (#"\X"#, #"\X"#, 0),
    (#"\K"#, #"\K"#, 0), (#"\G"#, #"\G"#, 0), (#"\Z"#, #"\Z"#, 0), ("(?m:a)", "this kind of group", 1),
    ("(?<n>a)", "this kind of group", 1), ("[[:alpha:]]", "a POSIX class", 1),
    ("[!-[a]]", "a range that ends in a bracket", 3), (#"\p{Emoji}"#, "the property Emoji", 2),
    (#"a\xE4\xB8\xAD"#, "a byte of a character", 5), ("(?:ab){1}+", "a quantifier after {1} of a group", 10),
  ])
  func whatIsNotCarriedOutIsNamed(pattern: String, name: String, offset: Int) {
    #expect(throws: RegexError.unsupported(name, offset: offset, pattern: pattern)) {
      _ = try TextRegex(pattern)
    }
  }

  /// The properties that both libraries know, of the version of Unicode that they know.
  @Test func propertiesOfBothDialects() {
    for dialect in [RegexDialect.oniguruma, .rust] {
      for (name, count) in RegexGolden.properties {
        #expect(ScalarSet.property(name, dialect)?.subtracting(.surrogates).count == count, "\(name)")
      }
    }
  }
}

extension ScalarSet {
  fileprivate static let surrogates = ScalarSet([0xD800...0xDFFF])
}
