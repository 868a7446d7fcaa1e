import Synchronization

/// Shows tokens in a visible form from which their bytes can be read back, given their kind.
///
/// Text: a space is `␣`; control characters, other invisible and bidirectional characters, and combining marks at the
/// front are `\u{…}` (`\n`, `\r`, `\t` for the common three); a backslash is `\\`, a literal `␣` is `\u{2423}`.
/// Fragments: every byte that is no printable ASCII is `\xNN`. Byte tokens: `<0xNN>`. Special tokens: as text, but with
/// spaces kept.
package enum TokenDisplay {
  /// The visible form of a token.
  package static func string(_ bytes: some Collection<UInt8>, kind: TokenKind) -> String {
    var output: [UInt8] = []
    append(bytes, kind: kind, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// Appends the UTF-8 of the visible form.
  package static func append(_ bytes: some Collection<UInt8>, kind: TokenKind, to output: inout [UInt8]) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { append($0, kind: kind, to: &output) }
    if done == nil { Array(bytes).withUnsafeBufferPointer { append($0, kind: kind, to: &output) } }
  }

  /// Appends the UTF-8 of the visible form of bytes in memory, which whole vocabularies are shown by.
  package static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, kind: TokenKind, to output: inout [UInt8]
  ) {
    switch kind {
    case .hole: return
    case .byte:
      output.append(contentsOf: "<0x".utf8)
      for byte in bytes { appendHex(byte, to: &output) }
      output.append(UInt8(ascii: ">"))
    case .fragment: appendEscapedBytes(bytes, to: &output)
    case .text, .special: appendText(bytes, spaces: kind == .text, to: &output)
    }
  }

  /// The bytes that a visible form stands for, or nil where it is none.
  package static func bytes(_ shown: some Collection<UInt8>, kind: TokenKind) -> [UInt8]? {
    switch kind {
    case .hole: return shown.isEmpty ? [] : nil
    case .byte:
      let digits = Array(shown.dropFirst(3).dropLast())
      guard shown.count == 6, let byte = hexValue(digits[...]) else { return nil }
      return [UInt8(truncatingIfNeeded: byte)]
    case .text, .fragment, .special: return unescape(Array(shown), spaces: kind == .text)
    }
  }

  private static func appendText(
    _ bytes: UnsafeBufferPointer<UInt8>, spaces: Bool, to output: inout [UInt8]
  ) {
    // Nearly all tokens are printable ASCII with at most a few spaces.
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) {
      for byte in bytes {
        if spaces, byte == 0x20 { output += [0xE2, 0x90, 0xA3] } else { output.append(byte) }
      }
      return
    }
    var isFirst = true
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      switch scalar {
      case " " where spaces: output.append(contentsOf: "␣".utf8)
      case "\n": output.append(contentsOf: "\\n".utf8)
      case "\r": output.append(contentsOf: "\\r".utf8)
      case "\t": output.append(contentsOf: "\\t".utf8)
      case "\\": output.append(contentsOf: "\\\\".utf8)
      case "\u{2423}": appendScalar(scalar, to: &output)
      default:
        if Look(scalar).isPlain(first: isFirst) {
          appendEncoded(scalar, to: &output)
        } else {
          appendScalar(scalar, to: &output)
        }
      }
      isFirst = false
    }
  }

  /// How a character shows in a table.
  private enum Look: UInt8 {
    case plain = 1
    /// As itself behind another one: a combining mark.
    case behind
    case escaped

    /// Those of the first plane that have been asked for: asking the properties takes a hundred times as long.
    ///
    /// Whoever asks first writes; several may, and write the same.
    nonisolated(unsafe) private static let known: UnsafeMutablePointer<Atomic<UInt8>> = {
      let cells = UnsafeMutablePointer<Atomic<UInt8>>.allocate(capacity: 0x10000)
      for index in 0..<0x10000 { (cells + index).initialize(to: Atomic(0)) }
      return cells
    }()

    init(_ scalar: Unicode.Scalar) {
      let value = Int(scalar.value)
      guard value >= 0x7F else {
        self = value >= 0x20 ? .plain : .escaped
        return
      }
      guard value < 0x10000 else {
        self = Look(asking: scalar.properties)
        return
      }
      if let look = Look(rawValue: Self.known[value].load(ordering: .relaxed)) {
        self = look
      } else {
        self = Look(asking: scalar.properties)
        Self.known[value].store(rawValue, ordering: .relaxed)
      }
    }

    private init(asking properties: Unicode.Scalar.Properties) {
      switch properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        self = .escaped
      case .nonspacingMark, .enclosingMark, .spacingMark: self = .behind
      default: self = properties.isDefaultIgnorableCodePoint ? .escaped : .plain
      }
    }

    func isPlain(first: Bool) -> Bool { self == .plain || self == .behind && !first }
  }

  private static func appendEncoded(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    let value = scalar.value
    func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift & 0x3F) | 0x80 }
    switch value {
    case ..<0x80: output.append(UInt8(truncatingIfNeeded: value))
    case ..<0x800:
      output.append(UInt8(truncatingIfNeeded: value >> 6) | 0xC0)
      output.append(continuation(0))
    case ..<0x10000:
      output.append(UInt8(truncatingIfNeeded: value >> 12) | 0xE0)
      output.append(continuation(6))
      output.append(continuation(0))
    default:
      output.append(UInt8(truncatingIfNeeded: value >> 18) | 0xF0)
      output.append(continuation(12))
      output.append(continuation(6))
      output.append(continuation(0))
    }
  }

  private static func appendScalar(_ scalar: Unicode.Scalar, to output: inout [UInt8]) {
    output.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".utf8)
  }

  private static func appendEscapedBytes(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
    for byte in bytes {
      if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") {
        output.append(byte)
      } else {
        output.append(contentsOf: "\\x".utf8)
        appendHex(byte, to: &output)
      }
    }
  }

  private static func appendHex(_ byte: UInt8, to output: inout [UInt8]) {
    for digit in [byte >> 4, byte & 15] { output.append(digit < 10 ? 48 + digit : 55 + digit) }
  }

  private static func unescape(_ shown: [UInt8], spaces: Bool) -> [UInt8]? {
    var bytes: [UInt8] = []
    var i = 0
    while i < shown.count {
      if spaces, shown[i...].starts(with: "␣".utf8) {
        bytes.append(UInt8(ascii: " "))
        i += 3
        continue
      }
      guard shown[i] == UInt8(ascii: "\\") else {
        bytes.append(shown[i])
        i += 1
        continue
      }
      guard i + 1 < shown.count else { return nil }
      switch shown[i + 1] {
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "\\"): bytes.append(0x5C)
      case UInt8(ascii: "x"):
        guard i + 3 < shown.count, let byte = hexValue(shown[i + 2...i + 3]) else { return nil }
        bytes.append(UInt8(truncatingIfNeeded: byte))
        i += 2
      case UInt8(ascii: "u"):
        guard let close = shown[i...].firstIndex(of: UInt8(ascii: "}")), i + 3 < close,
          let value = hexValue(shown[i + 3..<close]), let scalar = Unicode.Scalar(value),
          let encoded = UTF8.encode(scalar)
        else { return nil }
        bytes.append(contentsOf: encoded)
        i = close - 1
      default: return nil
      }
      i += 2
    }
    return bytes
  }

  private static func hexValue(_ digits: ArraySlice<UInt8>) -> UInt32? {
    digits.count <= 8 ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
  }
}
