package import CMCPrimitives

extension ElementType {
  /// NumPy's type string (`descr`) as this module writes it.
  ///
  /// NumPy has no name for the types that came with neural networks: they are opaque bytes of their size (`|V2`), and
  /// are not read.
  package var numPyDescr: String {
    switch self {
    case .bool: "|b1"
    case .int8: "|i1"
    case .int16: "<i2"
    case .int32: "<i4"
    case .int64: "<i8"
    case .uint8: "|u1"
    case .uint16: "<u2"
    case .uint32: "<u4"
    case .uint64: "<u8"
    case .float16: "<f2"
    case .float32: "<f4"
    case .float64: "<f8"
    case .bfloat16: "|V2"
    case .float8E5M2, .float8E4M3: "|V1"
    }
  }

  /// The type of a `descr`, whose first character gives the byte order.
  ///
  /// - Throws: ``NumPyError/bigEndian(_:)``, ``NumPyError/elementType(_:)``.
  init(numPyDescr descr: String) throws(NumPyError) {
    let kind = descr.dropFirst()
    guard let order = descr.first, "<|=>".contains(order), !kind.hasPrefix("V"),
      let type = Self.allCases.first(where: { $0.numPyDescr.dropFirst() == kind })
    else { throw .elementType(descr) }
    // A type of one byte has no order; one of several bytes without an order is malformed.
    guard order != "|" || type.size == 1 else { throw .elementType(descr) }
    guard order != ">" || type.size == 1 else { throw .bigEndian(descr) }
    self = type
  }
}
