/// Maps text to a form that every document can hold and that shows what is there.
///
/// XML forbids most control characters, HTML replaces some, and bidirectional controls reorder what stands around them. So
/// C0 controls become their Unicode pictures (`␁`; tab and line feed stay), other control, bidirectional and line-separating
/// characters and noncharacters become `\u{…}`, and a byte that is no UTF-8 becomes `<0xFF>`.
package enum VisibleText {
  /// The visible form of any bytes.
  ///
  /// - Complexity: O(bytes).
  package static func string(_ bytes: [UInt8]) -> String {
    if isPlainASCII(bytes) { return String(decoding: bytes, as: UTF8.self) }
    var output = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var place = 0
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded):
        append(Unicode.UTF8.decode(encoded), to: &output)
        place += encoded.count
      case .error(let length):
        for byte in bytes[place..<place + length] {
          output.append(contentsOf: "<0x\(hexadecimal(UInt32(byte), digits: 2))>".unicodeScalars)
        }
        place += length
      case .emptyInput: return String(output)
      }
    }
  }

  /// The visible form of a string.
  ///
  /// - Complexity: O(length).
  package static func string(_ text: String) -> String {
    var text = text
    let isPlain = text.withUTF8 { $0.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 } }
    if isPlain || text.unicodeScalars.allSatisfy(isPlainScalar) { return text }
    var output = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { append(scalar, to: &output) }
    return String(output)
  }

  private static func isPlainASCII(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x0A || $0 == 0x09 }
  }

  private static func append(_ scalar: Unicode.Scalar, to output: inout String.UnicodeScalarView) {
    if isPlainScalar(scalar) {
      output.append(scalar)
    } else if scalar.value < 0x20, let picture = Unicode.Scalar(0x2400 + scalar.value) {
      output.append(picture)
    } else if scalar.value == 0x7F {
      output.append("\u{2421}")
    } else {
      output.append(contentsOf: "\\u{\(hexadecimal(scalar.value, digits: 2))}".unicodeScalars)
    }
  }

  /// Whether a scalar may stand in a document as it is.
  static func isPlainScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x20..<0x7F: true
    case 0..<0x20, 0x7F..<0xA0: false
    // Arabic letter mark, marks and overrides of direction, separators of lines, isolates, and the byte order mark.
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF: false
    case 0xFDD0...0xFDEF: false
    default: scalar.value & 0xFFFE != 0xFFFE
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
