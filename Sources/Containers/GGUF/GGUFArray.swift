/// An array of the metadata, by its place in the file: 262 144 strings cost nothing until they are read.
///
/// The place was checked when the header was parsed, so reading needs no more checks than that the buffer is the file's.
package struct GGUFArray: Sendable, Equatable {
  /// The type of all elements.
  package let elementType: GGUFValueType
  /// The number of elements.
  package let count: Int
  /// The bytes of all elements, as offsets into the file.
  package let byteRange: Range<Int>

  /// The elements of an array of strings, each as a buffer that lives as long as the file's.
  ///
  /// - Parameter file: The buffer that the header was parsed from.
  /// - Returns: nil where the elements are no strings.
  package func strings(in file: UnsafeRawBufferPointer) -> GGUFStrings? {
    guard elementType == .string, let bytes = slice(file) else { return nil }
    return GGUFStrings(bytes: bytes, count: count)
  }

  /// The elements of an array of numbers of exactly the given type, copied.
  ///
  /// - Returns: nil where the elements have another type.
  package func numbers<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ elements: GGUFValueType, in file: UnsafeRawBufferPointer
  ) -> [T]? {
    guard elementType == elements, elementType.size == MemoryLayout<T>.size, let bytes = slice(file) else {
      return nil
    }
    return (0..<count).map {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
    }
  }

  /// The elements of an array of whole numbers of up to four bytes, copied and widened.
  ///
  /// - Returns: nil where the elements are something else.
  package func int32s(in file: UnsafeRawBufferPointer) -> [Int32]? {
    switch elementType {
    case .int32: numbers(Int32.self, .int32, in: file)
    case .uint32: numbers(UInt32.self, .uint32, in: file)?.map { Int32(clamping: $0) }
    case .int16: numbers(Int16.self, .int16, in: file)?.map { Int32($0) }
    case .uint16: numbers(UInt16.self, .uint16, in: file)?.map { Int32($0) }
    case .int8: numbers(Int8.self, .int8, in: file)?.map { Int32($0) }
    case .uint8: numbers(UInt8.self, .uint8, in: file)?.map { Int32($0) }
    default: nil
    }
  }

  /// The elements of an array of 32-bit floating-point numbers, copied.
  ///
  /// - Returns: nil where the elements are something else.
  package func floats(in file: UnsafeRawBufferPointer) -> [Float]? {
    guard elementType == .float32, let bytes = slice(file) else { return nil }
    return (0..<count).map {
      Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
    }
  }

  /// The bytes of an array of bytes, copied.
  ///
  /// - Returns: nil where the elements are something else.
  package func bytes(in file: UnsafeRawBufferPointer) -> [UInt8]? {
    guard elementType == .uint8 || elementType == .int8, let bytes = slice(file) else { return nil }
    return Array(bytes)
  }

  /// The bytes of the elements, or nil where the buffer is shorter than the file that was parsed.
  private func slice(_ file: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard byteRange.upperBound <= file.count else { return nil }
    return UnsafeRawBufferPointer(rebasing: file[byteRange])
  }
}

/// The strings of an array, one after the other.
package struct GGUFStrings: Sequence, IteratorProtocol {
  private let bytes: UnsafeRawBufferPointer
  private var left: Int
  private var offset = 0

  init(bytes: UnsafeRawBufferPointer, count: Int) {
    self.bytes = bytes
    left = count
  }

  /// The number of strings that are still to come.
  package var underestimatedCount: Int { left }

  /// The next string's bytes; nil at the end.
  package mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard left > 0, offset + 8 <= bytes.count else { return nil }
    let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    guard length <= UInt64(bytes.count - offset - 8) else { return nil }
    let start = offset + 8
    offset = start + Int(length)
    left -= 1
    return UnsafeRawBufferPointer(rebasing: bytes[start..<offset]).bindMemory(to: UInt8.self)
  }
}
