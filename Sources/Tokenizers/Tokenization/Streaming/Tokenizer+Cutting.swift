import CMCPrimitives
import CMCVocabulary

extension Tokenizer {
  /// A place where a text can be cut, and what the part behind it comes after.
  struct Cut {
    var offset: Int
    var place: TextPlace
  }

  /// Whether texts can be encoded in parts at all with these options; otherwise the whole text is held.
  public func encodesInParts(_ options: EncodingOptions = .init()) -> Bool {
    if case .nowhere = cutRule { return false }
    return longestAddedToken(options) != nil
  }

  /// The last place in a text where it can be cut whatever follows it, or nil.
  ///
  /// Encoding the part before it and then the part behind it gives the tokens of the whole.
  ///
  /// - Parameters:
  ///   - bytes: The beginning of a longer text.
  ///   - place: What comes before it.
  /// - Complexity: O(bytes).
  func lastCut(in bytes: [UInt8], _ options: EncodingOptions, place: TextPlace) throws -> Cut? {
    guard let longest = longestAddedToken(options), !bytes.isEmpty else { return nil }
    // A character that is not whole yet stays with what follows.
    var text = TrackedText(
      Array(bytes[..<bytes.withUnsafeBufferPointer(StreamingDecoder.completeLength)]), base: 0)
    if !isValidUTF8(text.bytes) { text = InvalidUTF8.replacing(text, tracks: true) }
    // An added token that begins further on may not be whole yet.
    var limit = text.bytes.count - longest
    while limit > 0, text.bytes[limit - 1] & 0x80 != 0 { limit -= 1 }
    guard limit > 0 else { return nil }
    var start = 0
    var end = limit
    if longest > 0 {
      for matcher in [rawTokens, normalizedTokens] {
        guard let matcher else { continue }
        for segment in matcher.segments(text.bytes, parseSpecial: options.parsesSpecial)
        where segment.id != nil {
          if segment.range.lowerBound < limit { start = max(start, segment.range.upperBound) }
          if segment.range.lowerBound >= limit { break }
        }
      }
      end = max(start, end)
    }
    let length = try lastCut(in: text.part(start..<end), isBeginning: start == 0 && place == .start)
    if length > 0 { return Cut(offset: sourceOffset(start + length, in: text), place: .continuation) }
    return start > 0 ? Cut(offset: sourceOffset(start, in: text), place: .afterToken) : nil
  }

  /// Where a byte of the text begins in the source.
  private func sourceOffset(_ place: Int, in text: TrackedText) -> Int {
    place < text.bytes.count
      ? text.sourceRange(place..<place + 1).lowerBound : text.sourceRange(place - 1..<place).upperBound
  }

  /// The last cut in a text without added tokens, or 0.
  private func lastCut(in text: TrackedText, isBeginning: Bool) throws -> Int {
    let bytes = text.bytes
    switch cutRule {
    case .nowhere: return 0
    case .beforeSpace(let boundaries):
      return bytes.withUnsafeBufferPointer { bytes in
        Self.lastPlace(in: bytes) { place in
          guard bytes[place] == UInt8(ascii: " "), bytes[place - 1] != UInt8(ascii: " ") else { return false }
          var start = place - 1
          while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
          let last = scalar(at: start, in: bytes).scalar
          return last != "\u{2581}" && boundaries.isSafe(last, "\u{2581}") && boundaries.isSafe(last, " ")
        }
      }
    case .beforeWhiteSpace:
      return bytes.withUnsafeBufferPointer { bytes in
        Self.lastPlace(in: bytes) { bytes[$0] == UInt8(ascii: " ") || bytes[$0] == UInt8(ascii: "\n") }
      }
    case .greedy(let model): return model.certainLength(of: bytes)
    case .words(isComposed: false):
      return try withSession { session in
        try bytes.withUnsafeBufferPointer { bytes in
          try preTokenization.certainLength(of: bytes, matchers: session.matchers) { _ in true }
        }
      }
    case .words(isComposed: true):
      var source = text
      source.base = 0
      source.origins = nil
      let normal = try normalization.apply(to: source, tracks: true, isContinuation: !isBeginning)
      // The characters behind a place of the normal text must themselves be ASCII, not only what they became.
      func isASCII(_ place: Int) -> Bool {
        let origin = normal.sourceRange(place..<place + 1)
        return origin.count == 1 && bytes[origin.lowerBound] < 0x80
      }
      let length = try withSession { session in
        try normal.bytes.withUnsafeBufferPointer { bytes in
          try preTokenization.certainLength(of: bytes, matchers: session.matchers) {
            $0 < bytes.count && isASCII($0 - 1) && isASCII($0)
          }
        }
      }
      return length > 0 ? normal.sourceRange(length..<length + 1).lowerBound : 0
    }
  }

  private static func lastPlace(in bytes: UnsafeBufferPointer<UInt8>, where accepts: (Int) -> Bool) -> Int {
    var place = bytes.count - 1
    while place > 0 {
      if accepts(place) { return place }
      place -= 1
    }
    return 0
  }

  /// The length in bytes of the longest added token that is looked for; nil where one looks at its surroundings.
  private func longestAddedToken(_ options: EncodingOptions) -> Int? {
    let active = description.addedTokens.filter {
      (options.parsesSpecial || !$0.isSpecial) && (description.format != .sentencePiece || $0.isSpecial)
    }
    guard !active.contains(where: { $0.leftStrip || $0.rightStrip || $0.singleWord }) else { return nil }
    // Those that are found in normalised text can have another length there, and one can begin inside another.
    guard normalization.isEmpty || !active.contains(where: \.isNormalized) else { return nil }
    return active.map(\.content.utf8.count).max() ?? 0
  }
}
