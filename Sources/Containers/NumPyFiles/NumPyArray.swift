package import CMCPrimitives

/// An array of one or two axes as a `.npy` file holds it: elements little-endian, the last axis running fastest.
package struct NumPyArray: Sendable, Equatable {
  /// The type of the elements.
  package let elementType: ElementType
  /// The length of each axis.
  package let shape: [Int]
  /// The elements, `count * elementType.size` bytes.
  package let bytes: [UInt8]

  /// The number of elements.
  package var count: Int { bytes.count / elementType.size }

  private init(elementType: ElementType, shape: [Int], bytes: [UInt8]) {
    self.elementType = elementType
    self.shape = shape
    self.bytes = bytes
  }

  /// Whether a file that begins with these bytes is a `.npy` file.
  package static func hasMagic(_ bytes: some Sequence<UInt8>) -> Bool { NumPyHeader.hasMagic(bytes) }

  /// Reads a file of version 1, 2 or 3; an array in Fortran order is put into C order.
  ///
  /// The data must be exactly as long as the shape says, so a shape can never cost more memory than the file has.
  ///
  /// - Throws: ``NumPyError``.
  /// - Complexity: O(bytes).
  package init(parsing file: [UInt8]) throws(NumPyError) {
    let (header, offset) = try file.withUnsafeBytes { buffer in
      Result { () throws(NumPyError) in try NumPyHeader.parse(buffer) }
    }.get()
    try header.check(bytes: file.count - offset)
    var data = Array(file[offset...])
    if header.isFortranOrder, header.shape.count == 2 {
      data = Self.transposed(
        data, rows: header.shape[0], columns: header.shape[1], size: header.elementType.size)
    }
    self.init(elementType: header.elementType, shape: header.shape, bytes: data)
  }

  /// A vector of integers, stored as their own type.
  package init(_ values: [Int32]) { self.init(.int32, values) }

  /// A vector of integers, stored as their own type.
  package init(_ values: [Int64]) { self.init(.int64, values) }

  /// A vector of single-precision numbers.
  package init(_ values: [Float]) { self.init(.float32, values.map(\.bitPattern)) }

  private init(_ type: ElementType, _ values: [some FixedWidthInteger]) {
    let bytes = values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    self.init(elementType: type, shape: [values.count], bytes: bytes)
  }

  /// The file, of version 1.
  package func encoded() -> [UInt8] {
    NumPyHeader(elementType: elementType, isFortranOrder: false, shape: shape).encoded() + bytes
  }

  /// Columns that stand one after the other, put into rows.
  private static func transposed(_ data: [UInt8], rows: Int, columns: Int, size: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let start = (column * rows + row) * size
        result.append(contentsOf: data[start..<start + size])
      }
    }
    return result
  }
}
