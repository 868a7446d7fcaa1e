/// Writes protocol buffer fields: just enough to make SentencePiece models for tests.
package struct ProtobufWriter {
  /// The bytes so far.
  package private(set) var bytes: [UInt8] = []

  /// Begins an empty message.
  package init() {}

  /// Appends a number.
  package mutating func varint(_ field: Int, _ value: Int64) {
    raw(UInt64(field) << 3)
    raw(UInt64(bitPattern: value))
  }

  /// Appends a 32-bit floating-point number.
  package mutating func float(_ field: Int, _ value: Float) {
    raw(UInt64(field) << 3 | 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes.
  package mutating func data(_ field: Int, _ value: some Collection<UInt8>) {
    raw(UInt64(field) << 3 | 2)
    raw(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// Appends a message inside this one.
  package mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    data(field, inner.bytes)
  }

  /// A bare varint, as lengths and tags are.
  package mutating func raw(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
