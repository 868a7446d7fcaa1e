/// Texts in quotes, as JSON and Python write them.
extension TemplateText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The letter that JSON has for a byte behind a backslash; 0 where it has none.
  private static func letter(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x22, 0x5C: byte
    case 0x0A: UInt8(ascii: "n")
    case 0x0D: UInt8(ascii: "r")
    case 0x09: UInt8(ascii: "t")
    case 0x08: UInt8(ascii: "b")
    case 0x0C: UInt8(ascii: "f")
    default: 0
    }
  }

  /// How many bytes a text has in JSON, with its quotes.
  ///
  /// - Complexity: O(text).
  static func jsonSize(_ text: String, isASCII: Bool) -> Int {
    withBytes(text) { bytes in
      var size = 2
      for byte in bytes {
        switch byte {
        case 0x22, 0x5C, 0x08...0x0A, 0x0C, 0x0D: size += 2
        case 0..<0x20: size += 6
        case 0x20..<0x7F: size += 1
        case 0x7F: size += isASCII ? 6 : 1
        // A code point is written once, where it begins; one of four bytes is a pair.
        case 0x80..<0xC0: size += isASCII ? 0 : 1
        default: size += isASCII ? (byte >= 0xF0 ? 12 : 6) : 1
        }
      }
      return size
    }
  }

  /// A text in JSON.
  ///
  /// - Parameter size: What ``jsonSize(_:isASCII:)`` says.
  /// - Complexity: O(text).
  static func json(_ text: String, isASCII: Bool, size: Int) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(size)
    result.append(0x22)
    func unit(_ unit: UInt16) {
      result += [0x5C, UInt8(ascii: "u")]
      for shift in [12, 8, 4, 0] as [UInt16] { result.append(digits[Int(unit >> shift & 15)]) }
    }
    if isASCII {
      for scalar in text.unicodeScalars {
        if let byte = UInt8(exactly: scalar.value), letter(byte) != 0 {
          result += [0x5C, letter(byte)]
        } else if (0x20..<0x7F).contains(scalar.value) {
          result.append(UInt8(truncatingIfNeeded: scalar.value))
        } else {
          for part in UTF16.encode(scalar) ?? .init() { unit(part) }
        }
      }
    } else {
      withBytes(text) { bytes in
        for byte in bytes {
          if byte >= 0x20, byte != 0x22, byte != 0x5C {
            result.append(byte)
          } else if letter(byte) != 0 {
            result.append(0x5C)
            result.append(letter(byte))
          } else {
            unit(UInt16(byte))
          }
        }
      }
    }
    result.append(0x22)
    return String(decoding: result, as: UTF8.self)
  }

  /// Python's `repr` of a text.
  ///
  /// - Complexity: O(text).
  static func pythonString(_ text: String) -> String {
    let quote: UInt8 = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? 0x22 : 0x27
    var result: [UInt8] = [quote]
    result.reserveCapacity(text.utf8.count + 2)
    func escape(_ letter: Unicode.Scalar, _ value: UInt32, digits count: UInt32) {
      result += [0x5C, UInt8(ascii: letter)]
      for place in (0..<count).reversed() { result.append(digits[Int(value >> (4 * place) & 15)]) }
    }
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case UInt32(quote), 0x5C: result += [0x5C, UInt8(truncatingIfNeeded: scalar.value)]
      case 0x0A: result += [0x5C, UInt8(ascii: "n")]
      case 0x0D: result += [0x5C, UInt8(ascii: "r")]
      case 0x09: result += [0x5C, UInt8(ascii: "t")]
      case 0x20..<0x7F: result.append(UInt8(truncatingIfNeeded: scalar.value))
      case _ where isPrintable(scalar): result += UTF8.encode(scalar) ?? .init()
      case 0...0xFF: escape("x", scalar.value, digits: 2)
      case 0...0xFFFF: escape("u", scalar.value, digits: 4)
      default: escape("U", scalar.value, digits: 8)
      }
    }
    result.append(quote)
    return String(decoding: result, as: UTF8.self)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
      .spaceSeparator:
      return false
    default: return true
    }
  }
}
