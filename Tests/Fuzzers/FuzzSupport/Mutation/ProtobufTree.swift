/// Fields of protocol buffers as a tree that can be changed and written again; nothing is known of their meaning.
struct ProtobufTree {
  /// What a field holds.
  indirect enum Value {
    case varint(UInt64)
    /// Four or eight bytes.
    case fixed([UInt8])
    case bytes([UInt8])
    /// Bytes that are fields themselves.
    case message(ProtobufTree)
  }

  /// A number and what stands under it.
  struct Field {
    var number: UInt64
    var value: Value
  }

  /// The fields in their order.
  var fields: [Field] = []

  /// Reads a whole message; nil for what is none.
  init?(_ bytes: ArraySlice<UInt8>, depth: Int) {
    var rest = bytes
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest), tag >> 3 > 0 else { return nil }
      switch tag & 7 {
      case 0:
        guard let value = Self.varint(&rest) else { return nil }
        fields.append(Field(number: tag >> 3, value: .varint(value)))
      case 1, 5:
        let width = tag & 7 == 1 ? 8 : 4
        guard rest.count >= width else { return nil }
        fields.append(Field(number: tag >> 3, value: .fixed(Array(rest.prefix(width)))))
        rest = rest.dropFirst(width)
      case 2:
        guard let length = Self.varint(&rest), length <= UInt64(rest.count) else { return nil }
        let part = rest.prefix(Int(length))
        rest = rest.dropFirst(Int(length))
        // A text can look like fields; then it is changed as such, which does no harm.
        if depth < 4, !part.isEmpty, let inner = ProtobufTree(part, depth: depth + 1) {
          fields.append(Field(number: tag >> 3, value: .message(inner)))
        } else {
          fields.append(Field(number: tag >> 3, value: .bytes(Array(part))))
        }
      default: return nil
      }
    }
  }

  /// The message's bytes.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      let number = field.number
      switch field.value {
      case .varint(let value):
        Self.append(number << 3, to: &bytes)
        Self.append(value, to: &bytes)
      case .fixed(let fixed):
        Self.append(number << 3 | (fixed.count == 8 ? 1 : 5), to: &bytes)
        bytes += fixed
      case .bytes(let part): Self.append(number, part, to: &bytes)
      case .message(let inner): Self.append(number, inner.encoded, to: &bytes)
      }
    }
    return bytes
  }

  private static func append(_ number: UInt64, _ part: [UInt8], to bytes: inout [UInt8]) {
    append(number << 3 | 2, to: &bytes)
    append(UInt64(part.count), to: &bytes)
    bytes += part
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var value = value
    while value > 0x7F {
      bytes.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }

  private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
