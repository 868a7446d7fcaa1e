/// Text that stands in a document without escapes: a style sheet, a script, or data for one.
///
/// Nothing in it can end its element: making one fails where it could.
package struct RawText: Sendable, Equatable {
  /// The text.
  package let text: String

  /// Takes a style sheet or a script of our own.
  ///
  /// - Throws: ``MarkupError/unsafeRawText(sequence:)`` where it holds `</`, `<!--` or a character that
  ///   ``VisibleText`` would replace.
  package init(_ text: String) throws(MarkupError) {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == UInt8(ascii: "<"), byte == UInt8(ascii: "/") || byte == UInt8(ascii: "!") {
        throw .unsafeRawText(sequence: "<" + String(Unicode.Scalar(byte)))
      }
      previous = byte
    }
    guard text.unicodeScalars.allSatisfy(VisibleText.isPlainScalar) else {
      throw .unsafeRawText(sequence: "a control character")
    }
    self.text = text
  }

  private init(checked text: String) { self.text = text }

  /// Takes JSON: `<`, `>`, `&` and every character that ``VisibleText`` would replace become JSON escapes.
  ///
  /// The value that a parser of JSON reads is the same.
  ///
  /// - Parameter json: Valid JSON in UTF-8; outside its strings there are none of these characters.
  /// - Complexity: O(bytes).
  package init(json: [UInt8]) {
    var output: [UInt8] = []
    output.reserveCapacity(json.count + json.count / 16)
    var start = 0
    var index = 0
    while index < json.count {
      let byte = json[index]
      let isSuspect =
        byte >= 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&")
      guard isSuspect else {
        index += 1
        continue
      }
      let (scalar, length) = Self.scalar(json, index)
      if byte < 0x7F || !VisibleText.isPlainScalar(scalar) {
        output.append(contentsOf: json[start..<index])
        for unit in String(scalar).utf16 { Self.escape(unit, to: &output) }
        start = index + length
      }
      index += length
    }
    output.append(contentsOf: json[start...])
    self.init(checked: String(decoding: output, as: UTF8.self))
  }

  /// The scalar at a place of valid UTF-8, and how many bytes it has.
  private static func scalar(_ bytes: [UInt8], _ index: Int) -> (Unicode.Scalar, Int) {
    let lead = bytes[index]
    let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard length > 1, index + length <= bytes.count else { return (Unicode.Scalar(lead & 0x7F), 1) }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for byte in bytes[index + 1..<index + length] { value = value << 6 | UInt32(byte & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  private static func escape(_ unit: UInt16, to output: inout [UInt8]) {
    output.append(contentsOf: "\\u".utf8)
    for shift in [12, 8, 4, 0] {
      let digit = UInt8(unit >> shift & 15)
      output.append(digit < 10 ? 48 + digit : 87 + digit)
    }
  }
}
