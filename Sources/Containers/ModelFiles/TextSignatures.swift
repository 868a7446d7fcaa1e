/// What kind of lines a text consists of.
enum TextSignature {
  /// How many lines at the front decide.
  private static let lineLimit = 64

  static func kind(_ bytes: UnsafeRawBufferPointer) -> FileKind {
    let start = bytes.prefix(1 << 16)
    guard !start.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
      return .unknown
    }
    var lines = start.split(separator: 0x0A, maxSplits: lineLimit, omittingEmptySubsequences: false)
    // What is left after the last line looked at, or was cut off, says nothing.
    if lines.count > 1 { lines.removeLast() }
    let texts = lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }
    let filled = texts.filter { !$0.isEmpty }
    guard let first = filled.first else { return .unknown }
    if filled.prefix(8).allSatisfy(isTiktoken) { return .tiktoken }
    if filled.prefix(8).allSatisfy(isRWKV) { return .rwkv }
    if first.starts(with: "#version".utf8) || filled.prefix(8).allSatisfy(isMerge) { return .merges }
    guard String(validating: wholeCharacters(start), as: UTF8.self) != nil else { return .unknown }
    let isWord = { (line: Slice<UnsafeRawBufferPointer>) in
      !line.contains(UInt8(ascii: " ")) && !line.contains(0x09) && line.count <= 512
    }
    return filled.allSatisfy(isWord) ? .vocabularyText : .unknown
  }

  /// Base64, a space, digits.
  private static func isTiktoken(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[0].count % 4 == 0 && isNumber(parts[1])
      && parts[0].allSatisfy { isBase64($0) }
  }

  /// Digits, a quoted Python literal, digits.
  private static func isRWKV(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let left = line.firstIndex(of: UInt8(ascii: " ")),
      let right = line.lastIndex(of: UInt8(ascii: " ")),
      left < right, isNumber(line[..<left]), isNumber(line[(right + 1)...])
    else { return false }
    var literal = line[(left + 1)..<right]
    if literal.first == UInt8(ascii: "b") { literal = literal.dropFirst() }
    return literal.count >= 2 && literal.first == literal.last
      && (literal.first == UInt8(ascii: "'") || literal.first == UInt8(ascii: "\""))
  }

  /// Two parts with a space between.
  private static func isMerge(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
  }

  private static func isNumber(_ digits: Slice<UnsafeRawBufferPointer>) -> Bool {
    !digits.isEmpty && digits.allSatisfy { (48...57).contains($0) }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
    default: false
    }
  }

  /// The bytes without a character that the cut at the end went through.
  private static func wholeCharacters(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer>
  {
    var end = bytes.endIndex
    var steps = 0
    while end > bytes.startIndex, steps < 3, bytes[end - 1] & 0xC0 == 0x80 {
      end -= 1
      steps += 1
    }
    if end > bytes.startIndex, bytes[end - 1] >= 0xC0 { return bytes[..<(end - 1)] }
    return bytes
  }
}
