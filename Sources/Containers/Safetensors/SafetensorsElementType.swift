/// The type of a tensor's elements, little-endian; raw values are the format's names.
public enum SafetensorsElementType: String, Sendable, CaseIterable {
  /// A byte that is 0 or 1.
  case bool = "BOOL"
  /// Unsigned integers of one byte.
  case uint8 = "U8"
  /// Signed integers of one byte.
  case int8 = "I8"
  /// Floating-point numbers of one byte with five bits of exponent.
  case float8E5M2 = "F8_E5M2"
  /// Floating-point numbers of one byte with four bits of exponent.
  case float8E4M3 = "F8_E4M3"
  /// Signed integers of two bytes.
  case int16 = "I16"
  /// Unsigned integers of two bytes.
  case uint16 = "U16"
  /// IEEE 754 half precision.
  case float16 = "F16"
  /// The upper half of single precision.
  case bfloat16 = "BF16"
  /// Signed integers of four bytes.
  case int32 = "I32"
  /// Unsigned integers of four bytes.
  case uint32 = "U32"
  /// IEEE 754 single precision.
  case float32 = "F32"
  /// IEEE 754 double precision.
  case float64 = "F64"
  /// Signed integers of eight bytes.
  case int64 = "I64"
  /// Unsigned integers of eight bytes.
  case uint64 = "U64"

  /// The size of an element in bytes.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }
}
