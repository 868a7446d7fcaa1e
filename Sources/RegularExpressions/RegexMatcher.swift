internal import CPCRE2

/// Finds the matches of a ``TextRegex``; holds the memory that matching needs, so that a match allocates nothing.
///
/// One matcher belongs to one thread at a time.
public final class RegexMatcher {
  private let regex: TextRegex
  private let data: OpaquePointer?
  private let context: OpaquePointer?
  private let stack: OpaquePointer?
  private var classes: [UInt8] = []

  /// A matcher for a pattern.
  public init(_ regex: TextRegex) {
    self.regex = regex
    data = pcre2_match_data_create_8(1, nil)
    context = pcre2_match_context_create_8(nil)
    stack = pcre2_jit_stack_create_8(32 << 10, 64 << 20, nil)
    pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    pcre2_jit_stack_free_8(stack)
  }

  /// Calls `body` with the byte range of each match, in order; empty matches are left out.
  ///
  /// - Parameter text: Well-formed UTF-8.
  /// - Throws: ``RegexError/matchFailed(code:pattern:)``, or what `body` throws.
  /// - Complexity: O(bytes) for patterns that do not backtrack beyond a run of like characters.
  public func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) throws -> Void
  ) throws {
    classes.removeAll(keepingCapacity: true)
    regex.classifier.classify(text, into: &classes)
    // Enough for any run of like characters, and an end to patterns that try every way to match.
    pcre2_set_match_limit_8(context, UInt32(clamping: 10_000_000 + 32 * classes.count))
    let isASCII = classes.count == text.count
    let failure = try classes.withUnsafeBufferPointer { classes throws -> CInt in
      guard let subject = classes.baseAddress, let ends = pcre2_get_ovector_pointer_8(data) else { return 0 }
      var place = 0
      var character = 0
      var byte = 0
      /// The byte offset of a later character.
      func byteOffset(of target: Int) -> Int {
        if isASCII { return target }
        while character < target {
          let lead = text[byte]
          byte += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
          character += 1
        }
        return byte
      }
      while place <= classes.count {
        // Straight to the machine code: its arguments are right by construction, and no option is asked for.
        let result =
          regex.isNative
          ? pcre2_jit_match_8(regex.code, subject, classes.count, place, 0, data, context)
          : pcre2_match_8(regex.code, subject, classes.count, place, 0, data, context)
        if result == PCRE2_ERROR_NOMATCH { return 0 }
        guard result >= 0 else { return result }
        let (start, end) = (ends[0], ends[1])
        if end > start {
          let lower = byteOffset(of: start)
          try body(lower..<byteOffset(of: end))
          place = end
        } else {
          place = end + 1
        }
      }
      return 0
    }
    guard failure == 0 else { throw RegexError.matchFailed(code: Int(failure), pattern: regex.pattern) }
  }
}
