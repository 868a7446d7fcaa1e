internal import CMCPCRE2

/// Finds the matches of a ``TextRegex``; holds the memory that matching needs, so that a match allocates nothing.
///
/// One matcher belongs to one thread at a time.
package final class RegexMatcher {
  private let regex: TextRegex
  private let data: OpaquePointer?
  private let context: OpaquePointer?
  private let stack: OpaquePointer?
  private var classes: [UInt8] = []

  /// A matcher for a pattern.
  package init(_ regex: TextRegex) {
    self.regex = regex
    data = pcre2_match_data_create_8(1, nil)
    context = pcre2_match_context_create_8(nil)
    // In KiB: a quarter of a gigabyte is enough to go back in.
    pcre2_set_heap_limit_8(context, 1 << 18)
    stack = pcre2_jit_stack_create_8(32 << 10, 64 << 20, nil)
    pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
  }

  deinit {
    pcre2_match_data_free_8(data)
    pcre2_match_context_free_8(context)
    pcre2_jit_stack_free_8(stack)
  }

  /// Calls `body` with the byte range of each match, in order.
  ///
  /// An empty match counts where no other match ends, as in the original libraries.
  ///
  /// - Parameter text: Well-formed UTF-8.
  /// - Throws: ``RegexError/matchFailed(code:pattern:)``, or what `body` throws.
  /// - Complexity: O(bytes) for patterns that do not backtrack beyond a run of like characters; for all others at most 2000
  ///   attempts from each place, and 20 million with 64 for each character together.
  package func forEachMatch(
    in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) throws -> Void
  ) throws {
    classes.removeAll(keepingCapacity: true)
    regex.classifier.classify(text, into: &classes)
    pcre2_set_match_limit_8(context, Self.quickLimit)
    var budget = 20_000_000 + 64 * classes.count
    let isASCII = classes.count == text.count
    let failure = try classes.withUnsafeBufferPointer { classes throws -> CInt in
      guard let subject = classes.baseAddress, let ends = pcre2_get_ovector_pointer_8(data) else { return 0 }
      var place = 0
      var lastEnd = -1
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
        var result =
          regex.isNative
          ? pcre2_jit_match_8(regex.code, subject, classes.count, place, 0, data, context)
          : pcre2_match_8(regex.code, subject, classes.count, place, 0, data, context)
        if result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT {
          result = match(subject, classes.count, from: place, budget: &budget)
        }
        if result == PCRE2_ERROR_NOMATCH { return 0 }
        guard result >= 0 else { return result }
        let (start, end) = (ends[0], ends[1])
        if end > start {
          let lower = byteOffset(of: start)
          try body(lower..<byteOffset(of: end))
          place = end
          lastEnd = end
        } else if end == lastEnd {
          place = end + 1
        } else {
          let offset = byteOffset(of: end)
          try body(offset..<offset)
          place = end
          lastEnd = end
        }
      }
      return 0
    }
    guard failure == 0 else { throw RegexError.matchFailed(code: Int(failure), pattern: regex.pattern) }
  }

  /// How many attempts from one place are made without counting them: more than the patterns of tokenizers need.
  ///
  /// The library counts from each place anew, so this alone would let a pattern try as often as there are places.
  private static let quickLimit: UInt32 = 2000

  /// The next match, place by place: what a place needs beyond the quick limit is taken from a budget for the whole text.
  ///
  /// - Returns: As PCRE2's own functions; that its limit is met where the budget is spent.
  private func match(
    _ subject: UnsafePointer<UInt8>, _ count: Int, from place: Int, budget: inout Int
  ) -> CInt {
    defer { pcre2_set_match_limit_8(context, Self.quickLimit) }
    for start in place...count {
      var limit = Int(Self.quickLimit)
      while true {
        pcre2_set_match_limit_8(context, UInt32(clamping: limit))
        let result = pcre2_match_8(
          regex.code, subject, count, start, UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_NO_JIT), data, context)
        if result != PCRE2_ERROR_MATCHLIMIT {
          if limit > Int(Self.quickLimit) { budget -= limit }
          if result == PCRE2_ERROR_NOMATCH { break }
          return result
        }
        budget -= limit
        guard budget > limit else { return result }
        limit = min(10 * limit, budget)
      }
    }
    return PCRE2_ERROR_NOMATCH
  }

  /// Finds where the matches stop being certain when more text may follow.
  ///
  /// All matches up to the result are the same whatever comes after the text.
  ///
  /// - Parameters:
  ///   - text: Well-formed UTF-8, the beginning of a longer text.
  ///   - accepts: Whether the end of a match will do, by its byte offset.
  /// - Returns: The end of the last match that is certain and accepted, or 0.
  /// - Throws: ``RegexError/matchFailed(code:pattern:)``.
  /// - Complexity: As ``forEachMatch(in:_:)``.
  package func certainLength(of text: UnsafeBufferPointer<UInt8>, where accepts: (Int) -> Bool) throws -> Int
  {
    classes.removeAll(keepingCapacity: true)
    regex.classifier.classify(text, into: &classes)
    pcre2_set_match_limit_8(context, Self.quickLimit)
    var ends: [Int] = []
    let failure = classes.withUnsafeBufferPointer { classes -> CInt in
      guard let subject = classes.baseAddress, let range = pcre2_get_ovector_pointer_8(data) else { return 0 }
      var place = 0
      while place < classes.count {
        // A hard partial match is reported as soon as the end of the text was looked at, even by a lookahead.
        let result = pcre2_match_8(
          regex.code, subject, classes.count, place, UInt32(PCRE2_PARTIAL_HARD), data, context)
        // Where it takes long, nothing is certain: the whole text will show.
        if [PCRE2_ERROR_NOMATCH, PCRE2_ERROR_PARTIAL, PCRE2_ERROR_MATCHLIMIT].contains(result) { return 0 }
        guard result >= 0 else { return result }
        if range[1] > range[0] { ends.append(range[1]) }
        place = range[1] > range[0] ? range[1] : range[1] + 1
      }
      return 0
    }
    guard failure == 0 else { throw RegexError.matchFailed(code: Int(failure), pattern: regex.pattern) }
    // From characters to bytes, from the end: the last one that will do is all that is asked for.
    var character = classes.count
    var byte = text.count
    for end in ends.reversed() {
      while character > end {
        byte -= 1
        while text[byte] & 0xC0 == 0x80 { byte -= 1 }
        character -= 1
      }
      if accepts(byte) { return byte }
    }
    return 0
  }
}
