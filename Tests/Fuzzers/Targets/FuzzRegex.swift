import CMCRegularExpressions
import FuzzSupport

/// A pattern and a text with a NUL between: the matches lie in the text, ascending and apart, empty ones where no other ends.
@Sendable func fuzzRegex(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { bytes in
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count == 2 else { return }
    let pattern = String(decoding: parts[0], as: UTF8.self)
    // Texts reach the engine as UTF-8 always.
    let text = Array(String(decoding: parts[1], as: UTF8.self).utf8)
    for dialect in [RegexDialect.oniguruma, .rust] {
      let matcher = RegexMatcher(try TextRegex(pattern, dialect: dialect))
      var last = -1
      try text.withUnsafeBufferPointer { text in
        try matcher.forEachMatch(in: text) { range in
          let isApart = range.isEmpty ? range.lowerBound > last : range.lowerBound >= last
          require(isApart && range.upperBound <= text.count, "\(range)")
          last = range.upperBound
        }
      }
    }
  }
}
