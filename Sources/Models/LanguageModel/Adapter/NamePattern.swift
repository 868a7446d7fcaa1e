internal import CMCRegularExpressions

/// A regular expression on names of modules, matched as Python's `re.fullmatch` does.
struct NamePattern {
  private let matcher: RegexMatcher

  /// - Throws: `RegexError` for a pattern that is malformed or not supported.
  init(_ pattern: String) throws {
    matcher = RegexMatcher(try TextRegex("^(?:\(pattern))$", dialect: .rust))
  }

  /// The pattern of a key of `rank_pattern` or `alpha_pattern`: the end of a name from a dot on.
  ///
  /// - Throws: `RegexError`.
  static func suffix(_ pattern: String) throws -> NamePattern { try NamePattern("(?:.*\\.)?(?:\(pattern))") }

  /// Whether the whole name matches.
  func matches(_ name: String) throws -> Bool {
    var found = false
    try Array(name.utf8).withUnsafeBufferPointer { bytes in
      try matcher.forEachMatch(in: bytes) { found = found || $0 == 0..<bytes.count }
    }
    return found
  }
}
