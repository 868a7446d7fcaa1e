package import CMCPrimitives

/// The dictionary at the start of a `.npy` file.
///
/// Source: NumPy's format specification (NEP 1), with version 2 (32-bit length) and 3 (UTF-8).
package struct NumPyHeader: Sendable, Equatable {
  /// The type of the elements.
  package var elementType: ElementType
  /// Whether the first axis runs fastest.
  package var isFortranOrder: Bool
  /// The length of each axis, one or two.
  package var shape: [Int]

  /// The first bytes of every file.
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

  /// Whether bytes begin like a `.npy` file.
  static func hasMagic(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: magic) }

  /// Reads the header of a whole file, whose data must be exactly as long as the shape says; gives also their offset.
  ///
  /// For arrays that are used in place; ``NumPyArray`` copies.
  ///
  /// - Parameters:
  ///   - file: The whole file.
  ///   - dropsOnes: Whether axes of length 1 before the last two are left out, as a batch of one has.
  /// - Throws: ``NumPyError``.
  package static func read(
    _ file: UnsafeRawBufferPointer, droppingOnes dropsOnes: Bool = false
  ) throws(NumPyError) -> (header: NumPyHeader, dataOffset: Int) {
    try read(beginning: file, of: file.count, droppingOnes: dropsOnes)
  }

  /// The most bytes that the header of an array of numbers takes: version 1 can have no more.
  package static let sizeLimit = 10 + Int(UInt16.max)

  /// Reads the header from the first bytes of a file, before the rest is unpacked.
  ///
  /// - Parameters:
  ///   - beginning: At least the header.
  ///   - size: How many bytes the whole file has.
  ///   - dropsOnes: Whether axes of length 1 before the last two are left out.
  /// - Throws: ``NumPyError``.
  package static func read(
    beginning: UnsafeRawBufferPointer, of size: Int, droppingOnes dropsOnes: Bool = false
  ) throws(NumPyError) -> (header: NumPyHeader, dataOffset: Int) {
    let (header, offset) = try parse(beginning, droppingOnes: dropsOnes)
    try header.check(bytes: size - offset)
    return (header, offset)
  }

  /// Checks that data have the size that the shape asks for.
  func check(bytes: Int) throws(NumPyError) {
    var size = elementType.size
    for axis in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: axis)
      guard !overflow else { throw .shapeOverflow(shape) }
      size = product
    }
    guard size == bytes else { throw .dataSize(shape: shape, needed: size, found: bytes) }
  }

  /// Reads the header; gives also the offset of the data.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, droppingOnes dropsOnes: Bool = false
  ) throws(NumPyError) -> (header: NumPyHeader, dataOffset: Int) {
    guard hasMagic(bytes) else { throw .badMagic }
    guard bytes.count >= 10 else { throw .truncatedHeader(needed: 10, remaining: bytes.count) }
    let start: Int
    let length: Int
    switch (bytes[6], bytes[7]) {
    case (1, 0):
      start = 10
      length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    case (2, 0), (3, 0):
      start = 12
      guard bytes.count >= start else { throw .truncatedHeader(needed: start, remaining: bytes.count) }
      length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    case (let major, let minor): throw .version(major: major, minor: minor)
    }
    guard length <= bytes.count - start else {
      throw .truncatedHeader(needed: length, remaining: bytes.count - start)
    }
    var parser = NumPyHeaderParser(
      UnsafeRawBufferPointer(rebasing: bytes[start..<start + length]), base: start, droppingOnes: dropsOnes)
    return (try parser.header(), start + length)
  }

  /// The bytes before the data: padded so that the data begin at a multiple of 64.
  func encoded() -> [UInt8] {
    let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = Array(
      "{'descr': '\(elementType.numPyDescr)', 'fortran_order': \(isFortranOrder ? "True" : "False"), 'shape': (\(axes)), }"
        .utf8)
    // At most two axes of 19 digits each: the length always fits the 16 bits of version 1.
    let unpadded = 10 + text.count + 1
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (64 - unpadded % 64) % 64))
    text.append(UInt8(ascii: "\n"))
    return Self.magic + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)] + text
  }
}
