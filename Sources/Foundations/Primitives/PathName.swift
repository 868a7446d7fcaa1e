/// Names of files that are no UTF-8: a path is a text here, so each byte that no text can have is a code point of its own.
///
/// The byte 0xNN is U+10FFNN, at the end of what is for private use. Bytes of a name that spell such a code point are
/// stood for one by one as well, so every name of a file has one text, and every text one name.
extension Unicode.Scalar {
  /// The byte of a file's name that this stands for, nil for all others.
  var pathByte: UInt8? { value >= 0x10FF80 ? UInt8(truncatingIfNeeded: value) : nil }
}

/// A path as the system gives it, as text.
///
/// - Complexity: O(bytes).
package func pathText(_ bytes: some Collection<UInt8>) -> String {
  if let text = String(validating: bytes, as: UTF8.self),
    !text.unicodeScalars.contains(where: { $0.pathByte != nil })
  {
    return text
  }
  var result = String.UnicodeScalarView()
  func appendBytes(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      if let scalar = Unicode.Scalar(byte < 0x80 ? UInt32(byte) : 0x10FF00 + UInt32(byte)) {
        result.append(scalar)
      }
    }
  }
  var parser = Unicode.UTF8.ForwardParser()
  var iterator = bytes.makeIterator()
  var rest = Array(bytes)[...]
  while true {
    switch parser.parseScalar(from: &iterator) {
    case .valid(let code):
      let scalar = UTF8.decode(code)
      if scalar.pathByte == nil { result.append(scalar) } else { appendBytes(rest.prefix(code.count)) }
      rest = rest.dropFirst(code.count)
    case .error(let length):
      appendBytes(rest.prefix(length))
      rest = rest.dropFirst(length)
    case .emptyInput: return String(result)
    }
  }
}

/// A path as the system gives it, as text.
package func pathText(_ path: UnsafePointer<CChar>) -> String {
  var bytes: [UInt8] = []
  var place = path
  while place.pointee != 0 {
    bytes.append(UInt8(bitPattern: place.pointee))
    place += 1
  }
  return pathText(bytes)
}

/// A path as the system takes it, with the zero at its end.
///
/// - Complexity: O(path).
package func pathBytes(_ path: String) -> [CChar] {
  var bytes: [CChar] = []
  bytes.reserveCapacity(path.utf8.count + 1)
  for scalar in path.unicodeScalars {
    if let byte = scalar.pathByte {
      bytes.append(CChar(bitPattern: byte))
    } else {
      for byte in UTF8.encode(scalar) ?? .init() { bytes.append(CChar(bitPattern: byte)) }
    }
  }
  bytes.append(0)
  return bytes
}

/// An argument that is a text and no path: bytes that are no UTF-8 are U+FFFD, as everywhere in texts.
package func plainText(_ argument: String) -> String {
  guard argument.unicodeScalars.contains(where: { $0.pathByte != nil }) else { return argument }
  return String(decoding: pathBytes(argument).dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
