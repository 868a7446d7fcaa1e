/// Decodes the Python string and bytes literals of RWKV vocabularies.
///
/// Source: the lexical rules of Python; those that `repr` never writes (octal and named escapes, prefixes other than
/// `b`, triple quotes) are refused.
struct PythonLiteral {
  /// The bytes that the literal stands for, a string's in UTF-8.
  private(set) var bytes: [UInt8] = []

  /// Replaces ``bytes`` by those of a literal.
  ///
  /// - Returns: What is wrong with the literal, or nil.
  mutating func decode(_ literal: UnsafeBufferPointer<UInt8>) -> String? {
    bytes.removeAll(keepingCapacity: true)
    let isBytes = literal.first == UInt8(ascii: "b")
    let quoted = UnsafeBufferPointer(rebasing: isBytes ? literal.dropFirst() : literal[...])
    guard quoted.count >= 2, let quote = quoted.first,
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
      quoted.last == quote
    else { return "the token is not in quotes" }
    let body = UnsafeBufferPointer(rebasing: quoted[1..<quoted.count - 1])
    var i = 0
    while i < body.count {
      let byte = body[i]
      i += 1
      if byte == quote { return "a quote inside the token" }
      if byte >= 0x80, isBytes { return "a character beyond ASCII in a bytes literal" }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard i < body.count else { return "a backslash at the end of the token" }
      if let problem = escape(body, &i, isBytes: isBytes) { return problem }
    }
    return isBytes || String(validating: body, as: UTF8.self) != nil ? nil : "the token is not UTF-8"
  }

  /// Decodes the escape whose letter is at `i`, and moves past it.
  private mutating func escape(_ body: UnsafeBufferPointer<UInt8>, _ i: inout Int, isBytes: Bool) -> String? {
    let letter = body[i]
    i += 1
    switch letter {
    case UInt8(ascii: "n"): bytes.append(0x0A)
    case UInt8(ascii: "r"): bytes.append(0x0D)
    case UInt8(ascii: "t"): bytes.append(0x09)
    case UInt8(ascii: "a"): bytes.append(0x07)
    case UInt8(ascii: "b"): bytes.append(0x08)
    case UInt8(ascii: "f"): bytes.append(0x0C)
    case UInt8(ascii: "v"): bytes.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): bytes.append(letter)
    case UInt8(ascii: "x"):
      guard let value = hexadecimal(body, &i, digits: 2) else { return "\\x without two hexadecimal digits" }
      return append(value, isBytes: isBytes)
    case UInt8(ascii: "u") where !isBytes:
      guard let value = hexadecimal(body, &i, digits: 4) else { return "\\u without four hexadecimal digits" }
      return append(value, isBytes: false)
    case UInt8(ascii: "U") where !isBytes:
      guard let value = hexadecimal(body, &i, digits: 8) else {
        return "\\U without eight hexadecimal digits"
      }
      return append(value, isBytes: false)
    default: return "an escape that is not understood: \\\(shownPiece(CollectionOfOne(letter)))"
    }
    return nil
  }

  private mutating func append(_ value: UInt32, isBytes: Bool) -> String? {
    if isBytes {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else {
      guard let scalar = Unicode.Scalar(value) else { return "an escape that is no character" }
      bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    return nil
  }

  private func hexadecimal(_ body: UnsafeBufferPointer<UInt8>, _ i: inout Int, digits: Int) -> UInt32? {
    guard digits <= body.count - i else { return nil }
    var value: UInt32 = 0
    for digit in body[i..<i + digits] {
      guard let nibble = HexDigit.value(digit) else { return nil }
      value = value << 4 | UInt32(nibble)
    }
    i += digits
    return value
  }
}
