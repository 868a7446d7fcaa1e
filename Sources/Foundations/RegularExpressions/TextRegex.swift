internal import CMCPCRE2

/// A regular expression over Unicode text, compiled.
///
/// The engine is PCRE2 with its just-in-time compiler: maintained, in every distribution, and the fastest to be had
/// from C. It never sees a character: see ``CharacterClassifier``. Debian's PCRE2 10.42 knows the letters of Unicode 14,
/// the original libraries those of ``unicodeVersion``, and over classes that difference is gone; a class of 700 ranges
/// costs PCRE2 a linear search a character, a class of one byte none.
package final class TextRegex: Sendable {
  /// The version of Unicode whose categories `\p{…}` means.
  package static let unicodeVersion = GeneralCategoryTable.unicodeVersion

  /// The pattern as it was given.
  package let pattern: String
  let classifier: CharacterClassifier
  // Compiled once, never written again: PCRE2 documents a compiled pattern as safe to share between threads.
  nonisolated(unsafe) let code: OpaquePointer
  /// Whether machine code stands for the pattern.
  let isNative: Bool
  /// Whether the pattern looks at nothing before the place where a match begins, the beginning of the text included.
  ///
  /// Then what follows a match can be matched as a text of its own.
  package let looksOnlyAhead: Bool

  /// Whether the pattern can match between two characters.
  package let matchesEmpty: Bool

  /// Compiles a pattern.
  ///
  /// - Throws: ``RegexError`` for what is malformed or not supported.
  package init(_ pattern: String, dialect: RegexDialect = .oniguruma) throws(RegexError) {
    self.pattern = pattern
    var parser = RegexParser(pattern, dialect: dialect)
    let node = try parser.parse()
    var sets: Set<ScalarSet> = []
    node.forEachSet { sets.insert($0) }
    guard let classifier = CharacterClassifier(sets) else { throw .tooManyClasses(pattern: pattern) }
    self.classifier = classifier
    let translated = Array(RegexEmitter(node, classifier: classifier).text.utf8)
    var error: CInt = 0
    var offset = 0
    guard
      let code = pcre2_compile_8(
        translated, translated.count, UInt32(PCRE2_DOLLAR_ENDONLY), &error, &offset, nil)
    else {
      throw .notCompiled(Self.message(error), pattern: pattern)
    }
    // Without the compiler (a processor it does not know) matching is slower and the same.
    isNative = pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE | PCRE2_JIT_PARTIAL_HARD)) == 0
    var lookbehind: UInt32 = 1
    looksOnlyAhead =
      pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MAXLOOKBEHIND), &lookbehind) == 0 && lookbehind == 0
    var empty: UInt32 = 0
    matchesEmpty = pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_MATCHEMPTY), &empty) == 0 && empty != 0
    self.code = code
  }

  deinit { pcre2_code_free_8(code) }

  private static func message(_ error: CInt) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(error)"
  }
}
