/// The type of the elements of an array, little-endian.
///
/// Raw values are NumPy's type strings (`descr`) as this module writes them.
public enum NumPyElementType: String, Sendable, CaseIterable {
  /// A byte that is 0 or 1.
  case bool = "|b1"
  /// Signed integers.
  case int8 = "|i1"
  /// Signed integers of two bytes.
  case int16 = "<i2"
  /// Signed integers of four bytes.
  case int32 = "<i4"
  /// Signed integers of eight bytes.
  case int64 = "<i8"
  /// Unsigned integers.
  case uint8 = "|u1"
  /// Unsigned integers of two bytes.
  case uint16 = "<u2"
  /// Unsigned integers of four bytes.
  case uint32 = "<u4"
  /// Unsigned integers of eight bytes.
  case uint64 = "<u8"
  /// IEEE 754 half precision.
  case float16 = "<f2"
  /// IEEE 754 single precision.
  case float32 = "<f4"
  /// IEEE 754 double precision.
  case float64 = "<f8"

  /// The size of an element in bytes.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// Whether elements are whole numbers.
  public var isInteger: Bool {
    switch self {
    case .bool, .float16, .float32, .float64: false
    default: true
    }
  }

  /// The type of a `descr`, whose first character gives the byte order.
  ///
  /// - Throws: ``NumPyError/bigEndian(_:)``, ``NumPyError/elementType(_:)``.
  init(descr: String) throws(NumPyError) {
    let kind = descr.dropFirst()
    switch descr.first {
    case "<", "|", "=":
      guard let type = Self.allCases.first(where: { $0.rawValue.dropFirst() == kind }) else {
        throw .elementType(descr)
      }
      // A type of one byte has no order; one of several bytes without an order is malformed.
      guard descr.first != "|" || type.size == 1 else { throw .elementType(descr) }
      self = type
    case ">":
      guard let type = Self.allCases.first(where: { $0.rawValue.dropFirst() == kind }) else {
        throw .elementType(descr)
      }
      guard type.size == 1 else { throw .bigEndian(descr) }
      self = type
    default: throw .elementType(descr)
    }
  }
}
