/// The first place at which a text stops being JSON.
package struct JSONFault: Sendable, Equatable {
  /// What was expected there, or what is wrong.
  package let reason: String
  /// Bytes of the file before the place, a byte order mark included.
  package let offset: Int
  /// Lines from 1, ended by line feeds.
  package let line: Int
  /// Bytes from the beginning of the line, from 1.
  package let column: Int

  init(_ reason: String, at offset: Int, in bytes: ArraySlice<UInt8>) {
    let before = bytes.prefix(upTo: offset)
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
    self.reason = reason
    self.offset = offset
    line = 1 + before.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
    column = 1 + before.endIndex - lineStart
  }

  /// The place in words.
  var place: String { "line \(line), column \(column) (byte \(offset))" }
}

/// Finds where a text that simdjson refused stops being JSON; its parser says why, but not where.
///
/// A plain scanner of RFC 8259 for the way of errors alone: it keeps no values, and its stack is an array, so nesting
/// cannot overflow it. Linear in the text.
struct JSONFaultFinder {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// What the next token may be.
  private enum Expectation {
    case value, firstElement, firstKey, key, separator
  }

  /// The first fault of a text, or nil where the grammar, the depth and UTF-8 hold.
  static func firstFault(in bytes: ArraySlice<UInt8>, maximumDepth: Int) -> JSONFault? {
    var finder = JSONFaultFinder(bytes: bytes, position: bytes.startIndex)
    return finder.scan(maximumDepth)
  }

  private init(bytes: ArraySlice<UInt8>, position: Int) {
    self.bytes = bytes
    self.position = position
  }

  private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private func fault(_ reason: String, at place: Int? = nil) -> JSONFault {
    JSONFault(reason, at: place ?? position, in: bytes)
  }

  private func expected(_ wanted: String) -> JSONFault {
    fault(current == nil ? "the text ends where \(wanted) is expected" : "\(wanted) expected")
  }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func scan(_ maximumDepth: Int) -> JSONFault? {
    var closers: [UInt8] = []
    var expectation = Expectation.value
    while true {
      skipBlanks()
      switch expectation {
      case .firstKey, .key:
        if expectation == .firstKey, current == UInt8(ascii: "}") {
          expectation = .separator
          continue
        }
        guard current == UInt8(ascii: "\"") else { return expected("a member name in quotes") }
        if let fault = skipString() { return fault }
        skipBlanks()
        guard current == UInt8(ascii: ":") else { return expected("a colon") }
        position += 1
        expectation = .value
      case .firstElement where current == UInt8(ascii: "]"):
        expectation = .separator
      case .value, .firstElement:
        switch current {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          let isObject = current == UInt8(ascii: "{")
          guard closers.count < maximumDepth else {
            return fault("nested more than \(maximumDepth) levels deep")
          }
          closers.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
          position += 1
          expectation = isObject ? .firstKey : .firstElement
        case UInt8(ascii: "\""):
          if let fault = skipString() { return fault }
          expectation = .separator
        default:
          if let fault = skipScalar() { return fault }
          expectation = .separator
        }
      case .separator:
        guard let closer = closers.last else {
          return current == nil ? nil : fault("nothing more expected after the end of the value")
        }
        if current == closer {
          closers.removeLast()
          position += 1
        } else if current == UInt8(ascii: ",") {
          position += 1
          expectation = closer == UInt8(ascii: "}") ? .key : .value
        } else {
          return expected("a comma or \(Character(Unicode.Scalar(closer)))")
        }
      }
    }
  }

  /// `true`, `false`, `null` or a number.
  private mutating func skipScalar() -> JSONFault? {
    for word in ["true", "false", "null"] + LenientNumbers.words
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return nil
    }
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") {
      position += 1
    } else if !skipDigits() {
      position = start
      return expected("a value")
    }
    if current == UInt8(ascii: ".") {
      position += 1
      if !skipDigits() { return expected("a digit") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      if !skipDigits() { return expected("a digit") }
    }
    return nil
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    return position > start
  }

  /// A string from its opening to past its closing quote.
  private mutating func skipString() -> JSONFault? {
    let start = position
    position += 1
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return nil
      case UInt8(ascii: "\\"):
        if let fault = skipEscape() { return fault }
      case 0..<0x20: return fault("a control character in a string must be escaped")
      case 0x20..<0x80: position += 1
      default:
        guard let length = scalarLength() else { return fault("bytes that are no UTF-8") }
        position += length
      }
    }
    return fault("the string that begins here has no end", at: start)
  }

  private mutating func skipEscape() -> JSONFault? {
    let start = position
    position += 1
    guard let kind = current else { return nil }  // The string has no end, which the caller reports.
    position += 1
    if "\"\\/bfnrt".utf8.contains(kind) { return nil }
    guard kind == UInt8(ascii: "u") else { return fault("an unknown escape", at: start) }
    guard let unit = skipHexadecimal() else {
      return fault("four hexadecimal digits expected after \\u", at: start)
    }
    switch unit {
    case 0xDC00..<0xE000: return fault("half of a surrogate pair", at: start)
    case 0xD800..<0xDC00:
      guard bytes[position...].starts(with: [0x5C, 0x75]) else {
        return fault("half of a surrogate pair", at: start)
      }
      position += 2
      guard let low = skipHexadecimal(), (0xDC00..<0xE000).contains(low) else {
        return fault("half of a surrogate pair", at: start)
      }
    default: break
    }
    return nil
  }

  private mutating func skipHexadecimal() -> UInt32? {
    guard bytes.endIndex - position >= 4 else { return nil }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// How many bytes the well-formed scalar here has.
  private func scalarLength() -> Int? {
    let window = bytes[position..<min(position + 4, bytes.endIndex)]
    var decoder = UTF8()
    var iterator = window.makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return UTF8.width(scalar)
  }
}
