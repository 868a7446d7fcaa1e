#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers and texts as Python reads and writes them.
extension TemplateText {
  /// A number with a dot, as Python writes it.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return "\(value)"
  }

  /// A whole number as Python's `int` reads it: nil where it is none, and an inner nil where it has over 64 bits.
  static func wholeNumber(_ word: String, base: Int) -> Int?? {
    var bytes = Array(word.utf8)[...]
    var isNegative = false
    if let sign = bytes.first, sign == 0x2B || sign == 0x2D {
      isNegative = sign == 0x2D
      bytes.removeFirst()
    }
    if let letter = [2: UInt8(ascii: "b"), 8: UInt8(ascii: "o"), 16: UInt8(ascii: "x")][base],
      bytes.count > 2, bytes[bytes.startIndex] == 0x30, bytes[bytes.startIndex + 1] | 0x20 == letter
    {
      bytes = bytes.dropFirst(2)
      if bytes.first == 0x5F { bytes.removeFirst() }
    }
    guard let digits = withoutMarks(bytes) else { return nil }
    guard
      digits.allSatisfy({ byte in Character(Unicode.Scalar(byte)).isLetter || (0x30...0x39).contains(byte) }),
      digits.allSatisfy({ byte in (value(of: byte) ?? 99) < base })
    else { return nil }
    let text = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    return .some(Int(text, radix: base))
  }

  private static func value(of digit: UInt8) -> Int? {
    switch digit {
    case 0x30...0x39: Int(digit) - 0x30
    case 0x41...0x5A: Int(digit) - 0x41 + 10
    case 0x61...0x7A: Int(digit) - 0x61 + 10
    default: nil
    }
  }

  /// Digits without the `_` between them; nil where one is elsewhere or there are none.
  private static func withoutMarks(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
    guard let first = bytes.first, let last = bytes.last, first != 0x5F, last != 0x5F else { return nil }
    var isMark = false
    for byte in bytes {
      if byte == 0x5F, isMark { return nil }
      isMark = byte == 0x5F
    }
    return bytes.filter { $0 != 0x5F }
  }

  /// A number as Python's `float` reads it.
  static func realNumber(_ word: String) -> Double? {
    let small = word.lowercased()
    let unsigned = small.hasPrefix("+") || small.hasPrefix("-") ? String(small.dropFirst()) : small
    if ["inf", "infinity", "nan"].contains(unsigned) {
      let value = unsigned == "nan" ? Double.nan : .infinity
      return small.hasPrefix("-") ? -value : value
    }
    var digits: [UInt8] = []
    var previous: UInt8 = 0
    let bytes = Array(small.utf8)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x5F {
        // Only between digits.
        guard (0x30...0x39).contains(previous), index + 1 < bytes.count,
          (0x30...0x39).contains(bytes[index + 1])
        else { return nil }
      } else {
        guard "0123456789+-.e".utf8.contains(byte) else { return nil }
        digits.append(byte)
      }
      previous = byte
    }
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.contains(where: { (0x30...0x39).contains($0) }) else { return nil }
    var end: UnsafeMutablePointer<CChar>?
    return text.withCString { start in
      let value = strtod(start, &end)
      return end.map { start.distance(to: UnsafePointer($0)) } == digits.count ? value : nil
    }
  }

  /// A number with so many digits behind the dot, rounded from its exact value.
  static func fixed(_ value: Double, places: Int) -> String? {
    var buffer = [CChar](repeating: 0, count: 400)
    let count = withVaList([Int32(places), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
    guard count >= 0, count < buffer.count else { return nil }
    return String(decoding: buffer[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
