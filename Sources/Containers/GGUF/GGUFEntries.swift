/// Metadata entries of a GGUF file that is being written; a key that comes again replaces what it had.
///
/// Source: the GGUF specification, version 3.
package struct GGUFEntries: Sendable {
  private var keys: [String] = []
  private var values: [String: [UInt8]] = [:]

  /// No entries.
  package init() {}

  /// How many entries there are.
  package var count: Int { keys.count }
  /// All of them as they stand in a file.
  var bytes: [UInt8] { keys.flatMap { values[$0] ?? [] } }

  /// Takes entries of another file over as they are.
  ///
  /// - Parameters:
  ///   - header: The other file's header.
  ///   - file: Its bytes.
  ///   - isWanted: Whether the entry of a key is taken.
  package mutating func copy(
    _ header: GGUFHeader, from file: UnsafeRawBufferPointer, where isWanted: (String) -> Bool
  ) {
    for key in header.keys where isWanted(key) {
      guard let range = header.byteRange(ofEntry: key), range.upperBound <= file.count else { continue }
      set(key, Array(file[range]))
    }
  }

  /// A text.
  package mutating func set(_ key: String, _ text: String) {
    set(key, type: .string) { Self.append(Array(text.utf8), to: &$0) }
  }

  /// A whole number of 32 bits.
  package mutating func set(_ key: String, _ number: Int) {
    set(key, type: .uint32) { Self.append(UInt32(clamping: number), to: &$0) }
  }

  /// A number of single precision.
  package mutating func set(_ key: String, _ number: Float) {
    set(key, type: .float32) { Self.append(number.bitPattern, to: &$0) }
  }

  /// A truth value.
  package mutating func set(_ key: String, _ flag: Bool) { set(key, type: .bool) { $0.append(flag ? 1 : 0) } }

  /// A list of texts.
  package mutating func set(_ key: String, _ texts: [[UInt8]]) {
    list(key, of: .string, count: texts.count) { for text in texts { Self.append(text, to: &$0) } }
  }

  /// A list of numbers of single precision.
  package mutating func set(_ key: String, _ numbers: [Float]) {
    list(key, of: .float32, count: numbers.count) { for n in numbers { Self.append(n.bitPattern, to: &$0) } }
  }

  /// A list of whole numbers.
  package mutating func set(_ key: String, _ numbers: [Int32]) {
    list(key, of: .int32, count: numbers.count) { for number in numbers { Self.append(number, to: &$0) } }
  }

  private mutating func list(
    _ key: String, of type: GGUFValueType, count: Int, _ body: (inout [UInt8]) -> Void
  ) {
    set(key, type: .array) {
      Self.append(type.rawValue, to: &$0)
      Self.append(UInt64(count), to: &$0)
      body(&$0)
    }
  }

  private mutating func set(_ key: String, type: GGUFValueType, _ body: (inout [UInt8]) -> Void) {
    var bytes: [UInt8] = []
    Self.append(Array(key.utf8), to: &bytes)
    Self.append(type.rawValue, to: &bytes)
    body(&bytes)
    set(key, bytes)
  }

  private mutating func set(_ key: String, _ bytes: [UInt8]) {
    if values.updateValue(bytes, forKey: key) == nil { keys.append(key) }
  }

  private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
    append(UInt64(text.count), to: &bytes)
    bytes += text
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
