import CMCRegularExpressions
import CMCVocabulary

/// Finds added tokens in a text: the leftmost first, of several the longest.
struct AddedTokenMatcher: Sendable {
  /// A stretch of a text: a token, or text between tokens.
  struct Segment {
    var range: Range<Int>
    /// The id, or nil for text.
    var id: Int32?
  }

  private let tokens: [AddedToken]
  private let trie: ByteTrie
  private let starts: [Bool]
  /// Whether white space beside a token is that of ASCII alone, as in llama.cpp.
  private let stripsASCII: Bool
  /// The length of the longest text that is looked for, in bytes.
  let longest: Int

  /// A matcher for some tokens and the texts that they are looked for by, or nil where there are none.
  init?(_ tokens: [(token: AddedToken, text: [UInt8])], stripsASCII: Bool = false) {
    let tokens = tokens.filter { !$0.text.isEmpty }
    guard !tokens.isEmpty else { return nil }
    self.tokens = tokens.map(\.token)
    trie = ByteTrie(tokens.enumerated().map { ($0.element.text, Int32($0.offset)) })
    var starts = [Bool](repeating: false, count: 256)
    for (_, text) in tokens { if let first = text.first { starts[Int(first)] = true } }
    self.starts = starts
    self.stripsASCII = stripsASCII
    longest = tokens.map(\.text.count).max() ?? 0
  }

  /// Cuts a text at the tokens in it; special tokens are text unless they are parsed.
  ///
  /// - Parameter ranges: Where special tokens are parsed; nil for everywhere.
  func segments(_ text: [UInt8], parseSpecial: Bool, within ranges: [Range<Int>]? = nil) -> [Segment] {
    var segments: [Segment] = []
    var textStart = 0
    text.withUnsafeBufferPointer { text in
      var place = 0
      while place < text.count {
        guard starts[Int(text[place])], let match = trie.longestMatch(in: text, from: place) else {
          place += 1
          continue
        }
        let token = tokens[Int(match.value)]
        var range = place..<place + match.length
        place = range.upperBound
        if token.isSpecial && !parseSpecial { continue }
        if token.isSpecial, let ranges, !ranges.contains(where: { $0.contains(range) }) { continue }
        if token.singleWord, touchesWord(text, range) { continue }
        if token.leftStrip {
          while range.lowerBound > textStart, let start = whiteSpaceBefore(range.lowerBound, in: text),
            start >= textStart
          {
            range = start..<range.upperBound
          }
        }
        if token.rightStrip {
          while range.upperBound < text.count {
            let (value, length) = scalar(at: range.upperBound, in: text)
            guard isWhiteSpace(value) else { break }
            range = range.lowerBound..<range.upperBound + length
          }
        }
        // The search goes on behind a token alone, so the next one can lie in white space that was taken.
        if token.leftStrip, range.lowerBound <= textStart {
          range = min(textStart, range.upperBound)..<range.upperBound
        }
        guard !range.isEmpty else {
          textStart = range.upperBound
          continue
        }
        if textStart < range.lowerBound {
          segments.append(Segment(range: textStart..<range.lowerBound, id: nil))
        }
        segments.append(Segment(range: range, id: token.id))
        textStart = range.upperBound
      }
      if textStart < text.count { segments.append(Segment(range: textStart..<text.count, id: nil)) }
    }
    return segments
  }

  private func touchesWord(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    if range.upperBound < text.count, WordCharacters.contains(scalar(at: range.upperBound, in: text).scalar) {
      return true
    }
    guard range.lowerBound > 0 else { return false }
    var start = range.lowerBound - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return WordCharacters.contains(scalar(at: start, in: text).scalar)
  }

  /// Where the white space character that ends at a place begins, or nil.
  private func whiteSpaceBefore(_ place: Int, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard place > 0 else { return nil }
    var start = place - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return isWhiteSpace(scalar(at: start, in: text).scalar) ? start : nil
  }

  private func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
    CharacterPredicates.isWhiteSpace(scalar) && (!stripsASCII || scalar.isASCII)
  }
}
