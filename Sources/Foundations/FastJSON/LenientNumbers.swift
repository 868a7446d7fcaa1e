/// Rewrites the numbers that other programs write and strict parsers refuse: integers of any size, as Python writes them,
/// bare `NaN`, `Infinity` and `-Infinity`, and numbers such as `1e400`, which Python reads as infinity.
///
/// An integer beyond 64 bits becomes the same number with a fraction, so that it is read as a `Double`. What is not
/// finite becomes a marked string, which no reader takes for a number or a text of its own.
struct LenientNumbers {
  /// Begins the strings that stand for numbers that are not finite.
  static let mark = UInt8(0)

  /// The text with such numbers rewritten, or nil where it has none.
  ///
  /// - Complexity: O(bytes); only for texts that the strict parser refused.
  static func rewritten(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var kept = bytes.startIndex
    var place = bytes.startIndex
    while place < bytes.endIndex {
      switch bytes[place] {
      case UInt8(ascii: "\""): place = endOfString(bytes, from: place)
      case UInt8(ascii: "N"), UInt8(ascii: "I"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let end = endOfWord(bytes, from: place)
        if let replacement = replacement(of: bytes[place..<end]) {
          result += bytes[kept..<place]
          result += replacement
          kept = end
        }
        place = end
      default: place += 1
      }
    }
    guard kept > bytes.startIndex else { return nil }
    return result + bytes[kept...]
  }

  /// The words that stand for numbers that are not finite.
  static let words = ["NaN", "Infinity", "-Infinity"]

  private static func replacement(of word: ArraySlice<UInt8>) -> [UInt8]? {
    if words.contains(where: { word.elementsEqual($0.utf8) }) { return marked(word) }
    if let infinity = overflow(word) { return marked(Array(infinity.utf8)[...]) }
    let digits = word.first == UInt8(ascii: "-") ? word.dropFirst() : word
    guard digits.count >= 19, digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    let text = String(decoding: word, as: UTF8.self)
    if Int64(text) != nil || UInt64(text) != nil { return nil }
    guard let number = Double(text), number.isFinite else {
      return marked(Array((word.first == UInt8(ascii: "-") ? "-Infinity" : "Infinity").utf8)[...])
    }
    return word + Array(".0".utf8)
  }

  /// The infinity that a number with a fraction or an exponent is, or nil where it is finite or no number of JSON.
  private static func overflow(_ word: ArraySlice<UInt8>) -> String? {
    func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    let isNegative = word.first == UInt8(ascii: "-")
    var rest = isNegative ? word.dropFirst() : word
    func takeDigits() -> Int {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    let startsWithZero = rest.first == UInt8(ascii: "0")
    let whole = takeDigits()
    guard whole > 0, !startsWithZero || whole == 1, !rest.isEmpty else { return nil }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard takeDigits() > 0 else { return nil }
    }
    if let mark = rest.first, mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        rest = rest.dropFirst()
      }
      guard takeDigits() > 0 else { return nil }
    }
    guard rest.isEmpty, let number = Double(String(decoding: word, as: UTF8.self)), number.isInfinite else {
      return nil
    }
    return isNegative ? "-Infinity" : "Infinity"
  }

  private static func marked(_ word: ArraySlice<UInt8>) -> [UInt8] {
    Array("\"\\u0000".utf8) + word + [UInt8(ascii: "\"")]
  }

  private static func endOfString(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    var place = start + 1
    while place < bytes.endIndex {
      if bytes[place] == UInt8(ascii: "\"") { return place + 1 }
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return bytes.endIndex
  }

  private static func endOfWord(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    bytes[start...].firstIndex { byte in
      switch byte {
      case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\""), 0...0x20: true
      default: false
      }
    } ?? bytes.endIndex
  }
}
