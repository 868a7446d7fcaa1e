/// Writes JSON text straight into bytes: for files with hundreds of thousands of entries.
///
/// The caller gives the structure; the writer puts commas, indentation and escapes.
package struct JSONWriter {
  /// How the text is laid out.
  package enum Style: Sendable {
    /// No blanks at all.
    case compact
    /// Members of objects on lines of their own with two blanks a level; arrays on one line.
    case readable
    /// Exactly as Python's `json.dump(value, indent: n)` with its default `ensure_ascii`.
    case python(indent: Int)
  }

  /// What has been written so far.
  package private(set) var bytes: [UInt8] = []
  private let style: Style
  private var levels: [Level] = []
  private var afterKey = false

  private struct Level {
    let isObject: Bool
    var isEmpty = true
  }

  /// Starts an empty text, with room for so many bytes.
  package init(_ style: Style = .readable, capacity: Int = 0) {
    self.style = style
    bytes.reserveCapacity(capacity)
  }

  /// Writes an object whose members `body` writes.
  package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    try container(isObject: true, open: "{", close: "}", body)
  }

  /// Writes an array whose elements `body` writes.
  package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    try container(isObject: false, open: "[", close: "]", body)
  }

  /// Writes a member's key; its value comes next.
  package mutating func key(_ key: String) { self.key(utf8: Array(key.utf8)) }

  /// Writes a member's key given as UTF-8; its value comes next.
  package mutating func key(utf8: some Collection<UInt8>) {
    separate()
    withBuffer(utf8) { $0.quote($1) }
    bytes.append(UInt8(ascii: ":"))
    if case .compact = style {} else { bytes.append(UInt8(ascii: " ")) }
    afterKey = true
  }

  /// Writes an integer, of whatever size.
  package mutating func value(_ number: some BinaryInteger) {
    separate()
    if let small = Int64(exactly: number) {
      appendDecimal(small)
    } else {
      bytes.append(contentsOf: String(number).utf8)
    }
  }

  /// Writes an integer; not generic, for columns of hundreds of thousands.
  package mutating func value(_ number: Int32) {
    separate()
    appendDecimal(Int64(number))
  }

  /// Writes a finite number in the shortest form that reads back as itself; a number that is not finite as null.
  package mutating func value(_ number: Double) {
    separate()
    bytes.append(contentsOf: (number.isFinite ? "\(number)" : "null").utf8)
  }

  /// Writes a boolean.
  package mutating func value(_ flag: Bool) {
    separate()
    bytes.append(contentsOf: (flag ? "true" : "false").utf8)
  }

  /// Writes a string, or null.
  package mutating func value(_ text: String?) {
    guard let text else { return null() }
    value(utf8: Array(text.utf8))
  }

  /// Writes a string given as valid UTF-8.
  package mutating func value(utf8: some Collection<UInt8>) {
    separate()
    withBuffer(utf8) { $0.quote($1) }
  }

  /// Writes a string given as valid UTF-8; not generic, for columns of hundreds of thousands.
  package mutating func value(utf8: UnsafeBufferPointer<UInt8>) {
    separate()
    quote(utf8)
  }

  /// Writes `null`.
  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes key and value of a member.
  package mutating func member(_ key: String, _ number: some BinaryInteger) {
    self.key(key)
    value(number)
  }

  /// Writes key and value of a member.
  package mutating func member(_ key: String, _ text: String?) {
    self.key(key)
    value(text)
  }

  /// Writes key and value of a member.
  package mutating func member(_ key: String, _ number: Double) {
    self.key(key)
    value(number)
  }

  /// Writes key and value of a member.
  package mutating func member(_ key: String, _ flag: Bool) {
    self.key(key)
    value(flag)
  }

  /// Writes an array of integers.
  package mutating func member(_ key: String, _ numbers: some Sequence<some BinaryInteger>) {
    self.key(key)
    array { for number in numbers { $0.value(number) } }
  }

  /// Ends the text with a line feed, as files of text end.
  package mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }

  /// Writes an array of integers.
  package mutating func member(_ key: String, _ numbers: [Int32]) {
    self.key(key)
    array { for number in numbers { $0.value(number) } }
  }

  private mutating func container(
    isObject: Bool, open: Unicode.Scalar, close: Unicode.Scalar, _ body: (inout JSONWriter) throws -> Void
  ) rethrows {
    separate()
    bytes.append(UInt8(ascii: open))
    levels.append(Level(isObject: isObject))
    try body(&self)
    let level = levels.removeLast()
    if !level.isEmpty { breakLine(inObject: level.isObject) }
    bytes.append(UInt8(ascii: close))
  }

  /// Puts what stands between two values of the same container.
  private mutating func separate() {
    if afterKey {
      afterKey = false
      return
    }
    guard let level = levels.last else { return }
    if !level.isEmpty { bytes.append(UInt8(ascii: ",")) }
    levels[levels.count - 1].isEmpty = false
    breakLine(inObject: level.isObject)
  }

  private mutating func breakLine(inObject: Bool) {
    let width: Int
    switch style {
    case .compact: return
    case .readable:
      guard inObject else { return }
      width = 2
    case .python(let indent): width = indent
    }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width * levels.count))
  }

  private mutating func appendDecimal(_ number: Int64) {
    guard number >= 0, number < 10_000_000 else {
      bytes.append(contentsOf: String(number).utf8)
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 8) { digits in
      var rest = UInt32(number)
      var start = digits.count
      repeat {
        start -= 1
        digits[start] = UInt8(48 + rest % 10)
        rest /= 10
      } while rest > 0
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// Runs `body` over the bytes in one piece.
  private mutating func withBuffer(
    _ utf8: some Collection<UInt8>, _ body: (inout JSONWriter, UnsafeBufferPointer<UInt8>) -> Void
  ) {
    let done: Void? = utf8.withContiguousStorageIfAvailable { body(&self, $0) }
    if done == nil { Array(utf8).withUnsafeBufferPointer { body(&self, $0) } }
  }

  private mutating func quote(_ utf8: UnsafeBufferPointer<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    if case .python = style {
      for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars { appendASCII(scalar) }
    } else {
      var start = 0
      for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
        escape(UInt16(byte))
        start = index + 1
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Python's default: everything beyond ASCII as UTF-16 escapes.
  private mutating func appendASCII(_ scalar: Unicode.Scalar) {
    switch scalar.value {
    case 0x22, 0x5C, 0..<0x20: escape(UInt16(scalar.value))
    case 0x20...0x7E: bytes.append(UInt8(scalar.value))
    default: for unit in scalar.utf16 { escape(unit) }
    }
  }

  private mutating func escape(_ unit: UInt16) {
    bytes.append(UInt8(ascii: "\\"))
    switch unit {
    case 0x22, 0x5C: bytes.append(UInt8(unit))
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    default:
      bytes.append(UInt8(ascii: "u"))
      for shift in [12, 8, 4, 0] {
        let digit = UInt8(unit >> shift & 15)
        bytes.append(digit < 10 ? 48 + digit : 87 + digit)
      }
    }
  }
}
