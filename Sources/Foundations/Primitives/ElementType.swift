/// The type of the elements of a tensor or an array in a file, little-endian.
///
/// The containers share it; each has its own names for those it knows. Quantised types, whose elements come in blocks,
/// are GGUF's alone.
package enum ElementType: Sendable, Hashable, CaseIterable {
  /// A byte that is 0 or 1.
  case bool
  /// Signed integers, by their bits.
  case int8, int16, int32, int64
  /// Unsigned integers, by their bits.
  case uint8, uint16, uint32, uint64
  /// IEEE 754 of half, single and double precision.
  case float16, float32, float64
  /// The upper half of single precision.
  case bfloat16
  /// Floating-point numbers of one byte, with five and with four bits of exponent.
  case float8E5M2, float8E4M3

  /// The size of an element in bytes.
  package var size: Int {
    switch self {
    case .bool, .int8, .uint8, .float8E5M2, .float8E4M3: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether elements are whole numbers.
  package var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    case .bool, .float16, .float32, .float64, .bfloat16, .float8E5M2, .float8E4M3: false
    }
  }
}
