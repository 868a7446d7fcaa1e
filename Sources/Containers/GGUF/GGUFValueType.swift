/// The type of a metadata value, by its number in the file.
package enum GGUFValueType: UInt32, Sendable, CaseIterable {
  /// Numbers of one byte.
  case uint8 = 0, int8
  /// Numbers of two bytes.
  case uint16, int16
  /// Numbers of four bytes.
  case uint32, int32, float32
  /// One byte, 0 or 1.
  case bool
  /// A length and so many bytes of UTF-8.
  case string
  /// A type, a count, and so many values.
  case array
  /// Numbers of eight bytes.
  case uint64, int64, float64

  /// The size of a value in bytes; nil for strings and arrays, which have none.
  package var size: Int? {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    case .string, .array: nil
    }
  }

  /// The fewest bytes that a value takes in the file: what bounds a count that a header claims.
  var minimumSize: Int {
    switch self {
    case .string: 8
    case .array: 12
    default: size ?? 1
    }
  }
}
