import CMCPrimitives

extension SafetensorsHeader {
  /// The elements of an integer tensor, in the order of the file that the header was read from.
  ///
  /// - Throws: ``SafetensorsError/unexpected(tensor:found:wanted:)`` where the elements are no integers, or one is
  ///   beyond 63 bits.
  package func integers(_ tensor: Tensor, in file: UnsafeRawBufferPointer) throws(SafetensorsError) -> [Int64]
  {
    switch tensor.elementType {
    case .bool, .uint8: return load(tensor, file, UInt8.self) { Int64($0) }
    case .int8: return load(tensor, file, Int8.self) { Int64($0) }
    case .int16: return load(tensor, file, Int16.self) { Int64($0) }
    case .uint16: return load(tensor, file, UInt16.self) { Int64($0) }
    case .int32: return load(tensor, file, Int32.self) { Int64($0) }
    case .uint32: return load(tensor, file, UInt32.self) { Int64($0) }
    case .int64: return load(tensor, file, Int64.self) { $0 }
    case .uint64:
      let values = load(tensor, file, UInt64.self) { $0 }
      guard values.allSatisfy({ $0 <= UInt64(Int64.max) }) else {
        throw .unexpected(tensor: tensor.name, found: "a number beyond 63 bits", wanted: "smaller integers")
      }
      return values.map { Int64($0) }
    default:
      throw .unexpected(
        tensor: tensor.name, found: "elements of type \(tensor.elementType.safetensorsName)",
        wanted: "integers")
    }
  }

  /// The elements of a tensor of single or double precision, in the order of the file.
  ///
  /// - Throws: ``SafetensorsError/unexpected(tensor:found:wanted:)`` for every other type.
  package func floats(_ tensor: Tensor, in file: UnsafeRawBufferPointer) throws(SafetensorsError) -> [Float] {
    switch tensor.elementType {
    case .float32: return load(tensor, file, UInt32.self) { Float(bitPattern: $0) }
    case .float64: return load(tensor, file, UInt64.self) { Float(Double(bitPattern: $0)) }
    default:
      throw .unexpected(
        tensor: tensor.name, found: "elements of type \(tensor.elementType.safetensorsName)",
        wanted: "F32 or F64")
    }
  }

  private func load<T: FixedWidthInteger, R>(
    _ tensor: Tensor, _ file: UnsafeRawBufferPointer, _ type: T.Type, _ convert: (T) -> R
  ) -> [R] {
    guard tensor.bytes.upperBound <= file.count else { return [] }
    let size = MemoryLayout<T>.size
    return (0..<tensor.bytes.count / size).map { index in
      convert(
        T(
          littleEndian: file.loadUnaligned(fromByteOffset: tensor.bytes.lowerBound + index * size, as: T.self)
        ))
    }
  }
}
