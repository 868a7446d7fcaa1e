/// A metadata value.
///
/// Single values are copied out of the file; arrays stay where they are.
package enum GGUFValue: Sendable, Equatable {
  /// An unsigned number of any width.
  case unsigned(UInt64)
  /// A signed number of any width.
  case signed(Int64)
  /// A number with a fraction, of either width.
  case float(Double)
  /// A truth value; any byte but 0 is true.
  case bool(Bool)
  /// The bytes of a text, which should be UTF-8.
  case string([UInt8])
  /// An array: where it lies in the file.
  case array(GGUFArray)

  /// A whole number that fits, or nil.
  package var integer: Int? {
    switch self {
    case .unsigned(let value): Int(exactly: value)
    case .signed(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A truth value, or nil.
  package var boolean: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// Any number, or nil.
  package var number: Double? {
    switch self {
    case .unsigned(let value): Double(value)
    case .signed(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// A text, or nil where it is none or not UTF-8.
  package var text: String? {
    if case .string(let bytes) = self { String(validating: bytes, as: UTF8.self) } else { nil }
  }

  /// An array, or nil.
  package var array: GGUFArray? {
    if case .array(let array) = self { array } else { nil }
  }
}
