import CMCRegularExpressions
import CMCUnicode
import CMCVocabulary

/// Where a text stands.
enum TextPlace {
  /// At the very beginning of the input.
  case start
  /// After an added token.
  case afterToken
  /// Inside another text: nothing may be put before it.
  case continuation
}

/// One step of pre-tokenisation, ready to run.
enum PreTokenizationStep: Sendable {
  /// A cut at the matches of a regular expression.
  case regex(TextRegex, SplitBehavior, invert: Bool)
  /// The matches of a regular expression and nothing else, as tiktoken takes them: what lies between is dropped.
  case matches(TextRegex)
  /// A cut at each occurrence of a text.
  case literal([UInt8], SplitBehavior, invert: Bool)
  /// A cut at characters that fulfil a condition.
  case characters(@Sendable (Unicode.Scalar) -> Bool, SplitBehavior)
  /// A cut after every so many characters.
  case fixedLength(Int)
  /// A space before each word that has none.
  case prefixSpace
  /// Spaces to marks.
  case metaspace([UInt8], PrependScheme)
  /// Bytes as GPT-2's characters; only where further steps look at them.
  case toAlphabet
  /// GPT-2's characters back to bytes.
  case fromAlphabet

  /// Runs the step.
  ///
  /// - Parameter matcher: For a step with a regular expression, its matcher.
  func apply(to words: inout Words, matcher: RegexMatcher?, tracks: Bool, place: TextPlace) throws {
    switch self {
    case .regex(_, let behavior, let invert):
      guard let matcher else { return }
      try words.split(behavior, invert: invert) { text, found in try matcher.forEachMatch(in: text, found) }
    case .matches(let regex):
      guard let matcher else { return }
      try words.split(.removed, invert: true) { text, found in
        try matcher.forEachMatch(in: text) { range in
          guard !range.isEmpty else { throw TokenizationError.emptyMatch(pattern: regex.pattern) }
          found(range)
        }
      }
    case .literal(let literal, let behavior, let invert):
      words.split(behavior, invert: invert) { text, found in forEachOccurrence(of: literal, in: text, found) }
    case .characters(let isIncluded, let behavior):
      words.split(behavior) { text, found in
        var place = 0
        while place < text.count {
          let (value, length) = scalar(at: place, in: text)
          if isIncluded(value) { found(place..<place + length) }
          place += length
        }
      }
    case .fixedLength(let length):
      words.split(.isolated) { text, found in
        var (start, place, count) = (0, 0, 0)
        while place < text.count {
          place += min(characterLength(text[place]), text.count - place)
          count += 1
          guard count == length || place == text.count else { continue }
          found(start..<place)
          (start, count) = (place, 0)
        }
      }
    case .prefixSpace:
      if case .continuation = place { return }
      let bytes = words.text.bytes
      words.rewriteWords(tracks: tracks) { range, rewriter in
        if bytes[range.lowerBound] != UInt8(ascii: " ") {
          rewriter.put(CollectionOfOne(UInt8(ascii: " ")), for: range.lowerBound..<range.lowerBound)
        }
        rewriter.keep(range)
      }
    case .metaspace(let mark, let scheme):
      applyMetaspace(mark, scheme, &words, tracks: tracks, place: place)
    case .toAlphabet:
      Self.rewriteBytes(&words, tracks: tracks) { Array(ByteLevelAlphabet.piece(of: [$0]).utf8) }
    case .fromAlphabet:
      let text = words.text.bytes
      words.rewriteWords(tracks: tracks) { range, rewriter in
        text.withUnsafeBufferPointer { bytes in
          var place = range.lowerBound
          while place < range.upperBound {
            let length = characterLength(bytes[place])
            var decoded: [UInt8] = []
            _ = ByteLevelAlphabet.appendBytes(
              of: UnsafeBufferPointer(rebasing: bytes[place..<min(range.upperBound, place + length)]),
              to: &decoded)
            rewriter.put(decoded, for: place..<min(range.upperBound, place + length))
            place += length
          }
        }
      }
    }
  }

  private static func rewriteBytes(_ words: inout Words, tracks: Bool, _ map: (UInt8) -> [UInt8]) {
    let table = (0...255).map { map(UInt8($0)) }
    let text = words.text.bytes
    words.rewriteWords(tracks: tracks) { range, rewriter in
      for place in range { rewriter.put(table[Int(text[place])], for: place..<place + 1) }
    }
  }

  private func applyMetaspace(
    _ mark: [UInt8], _ scheme: PrependScheme, _ words: inout Words, tracks: Bool, place: TextPlace
  ) {
    let bytes = words.text.bytes
    let isStart = if case .start = place { true } else { false }
    var scheme = scheme
    if case .continuation = place { scheme = .never }
    words.rewriteWords(tracks: tracks) { range, rewriter in
      let isFirst = isStart && range.lowerBound == 0
      let startsWithMark = bytes[range].starts(with: mark) || bytes[range.lowerBound] == UInt8(ascii: " ")
      if !startsWithMark, scheme == .always || (scheme == .first && isFirst) {
        rewriter.put(mark, for: range.lowerBound..<range.lowerBound)
      }
      var kept = range.lowerBound
      for place in range where bytes[place] == UInt8(ascii: " ") {
        if kept < place { rewriter.keep(kept..<place) }
        rewriter.put(mark, for: place..<place + 1)
        kept = place + 1
      }
      if kept < range.upperBound { rewriter.keep(kept..<range.upperBound) }
    }
  }
}

/// Calls `body` with each occurrence of a text in another, from left to right, none overlapping.
func forEachOccurrence(
  of literal: [UInt8], in text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) throws -> Void
) rethrows {
  guard let first = literal.first, literal.count <= text.count else { return }
  var place = 0
  while place <= text.count - literal.count {
    if text[place] == first, text[place..<place + literal.count].elementsEqual(literal) {
      try body(place..<place + literal.count)
      place += literal.count
    } else {
      place += 1
    }
  }
}
