#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Values written as Python writes them, in JSON and in its own notation.
enum TemplateJSON {
  /// JSON as `json.dumps(value, ensure_ascii=False, indent=…)` gives it.
  static func text(_ value: TemplateValue, indent: Int?, level: Int = 0) -> String? {
    switch value {
    case .none: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return "\(value)"
    case .float(let value): return float(value)
    case .string(let text): return string(text)
    case .list(let items):
      let parts = items.compactMap { Self.text($0, indent: indent, level: level + 1) }
      return parts.count == items.count ? joined(parts, "[", "]", indent, level) : nil
    case .dictionary(let members):
      let parts = members.pairs.compactMap { pair in
        Self.text(pair.value, indent: indent, level: level + 1).map { "\(string(pair.key)): \($0)" }
      }
      return parts.count == members.keys.count ? joined(parts, "{", "}", indent, level) : nil
    default: return nil
    }
  }

  private static func joined(
    _ parts: [String], _ open: String, _ close: String, _ indent: Int?, _ level: Int
  ) -> String {
    guard let indent, !parts.isEmpty else { return open + parts.joined(separator: ", ") + close }
    let inner = "\n" + String(repeating: " ", count: indent * (level + 1))
    return open + inner + parts.joined(separator: "," + inner) + "\n"
      + String(repeating: " ", count: indent * level)
      + close
  }

  private static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{C}": result += "\\f"
      case "\0"..<" ": result += "\\u" + hex(scalar.value, digits: 4)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Python's `repr` of a text of ordinary characters.
  static func pythonString(_ text: String) -> String {
    let quote: Unicode.Scalar = text.utf8.contains(0x27) && !text.utf8.contains(0x22) ? "\"" : "'"
    var result = String(Character(quote))
    for scalar in text.unicodeScalars {
      switch scalar {
      case quote, "\\":
        result += "\\"
        result.unicodeScalars.append(scalar)
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7F}": result += "\\x" + hex(scalar.value, digits: 2)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + String(Character(quote))
  }

  /// A number with a dot, as Python writes it.
  static func float(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return "\(value)"
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.count) + text
  }
}
