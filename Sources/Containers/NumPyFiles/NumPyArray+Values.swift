import CMCPrimitives

extension NumPyArray {
  /// The elements of an integer array, in the order of the file.
  ///
  /// - Throws: ``NumPyError/wrongElementType(found:wanted:)``; ``NumPyError/valueOutOfRange(at:)`` for an unsigned
  ///   number beyond 63 bits.
  package func integers() throws(NumPyError) -> [Int64] {
    switch elementType {
    case .int8: return load(Int8.self) { Int64($0) }
    case .int16: return load(Int16.self) { Int64($0) }
    case .int32: return load(Int32.self) { Int64($0) }
    case .int64: return load(Int64.self) { $0 }
    case .uint8: return load(UInt8.self) { Int64($0) }
    case .uint16: return load(UInt16.self) { Int64($0) }
    case .uint32: return load(UInt32.self) { Int64($0) }
    case .uint64:
      let values = load(UInt64.self) { $0 }
      if let index = values.firstIndex(where: { $0 > UInt64(Int64.max) }) {
        throw .valueOutOfRange(at: index)
      }
      return values.map { Int64($0) }
    case .bool, .float16, .float32, .float64, .bfloat16, .float8E5M2, .float8E4M3:
      throw .wrongElementType(found: elementType, wanted: "integers")
    }
  }

  /// The elements of a floating-point array, in the order of the file.
  ///
  /// - Throws: ``NumPyError/wrongElementType(found:wanted:)``.
  package func doubles() throws(NumPyError) -> [Double] {
    switch elementType {
    case .float16: return load(UInt16.self) { Self.widened($0) }
    case .float32: return load(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: return load(UInt64.self) { Double(bitPattern: $0) }
    default: throw .wrongElementType(found: elementType, wanted: "floating-point numbers")
    }
  }

  /// A number of half precision.
  private static func widened(_ bits: UInt16) -> Double {
    let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
    let exponent = Int(bits >> 10 & 31)
    let fraction = Double(bits & 1023) / 1024
    switch exponent {
    case 0: return Double(sign: sign, exponent: -14, significand: fraction)
    case 31: return fraction == 0 ? Double(signOf: sign == .plus ? 1 : -1, magnitudeOf: .infinity) : .nan
    default: return Double(sign: sign, exponent: exponent - 15, significand: 1 + fraction)
    }
  }

  private func load<T: FixedWidthInteger, R>(_ type: T.Type, _ convert: (T) -> R) -> [R] {
    bytes.withUnsafeBytes { buffer in
      (0..<count).map { index in
        convert(
          T(littleEndian: buffer.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)))
      }
    }
  }
}
