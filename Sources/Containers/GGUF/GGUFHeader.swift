internal import CMCPrimitives

/// Everything in a GGUF file before the tensors' data: metadata, and what tensors there are.
///
/// It holds places in the file, not the file: what reads an array or a tensor is given the file's bytes again. A file
/// that ends before its tensors do, such as a vocabulary alone, has a good header.
/// Source: the GGUF specification, versions 2 and 3, little-endian.
package struct GGUFHeader: Sendable {
  /// The version of the format: 2 or 3.
  package let version: UInt32
  /// The keys of the metadata in the order of the file.
  package let keys: [String]
  /// The tensors in the order of the file.
  package let tensors: [GGUFTensor]
  /// What the offsets of tensors are multiples of, in bytes.
  package let alignment: Int
  /// Where the data section begins, as an offset into the file.
  package let dataOffset: Int

  private let values: [String: GGUFValue]
  private let ranges: [String: Range<Int>]
  private let tensorPlaces: [String: Int]

  /// Parses the start of a file.
  ///
  /// - Throws: ``GGUFError``.
  /// - Complexity: O(bytes of the header); what is allocated is bounded by it too.
  package init(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) {
    var parser = GGUFParser(bytes)
    version = try parser.version()
    let tensorCount = try parser.count(of: "tensors", minimumSize: 24)
    let entryCount = try parser.count(of: "metadata entries", minimumSize: 13)
    (keys, values, ranges) = try parser.metadata(entryCount)
    alignment = try Self.alignment(values["general.alignment"])
    (tensors, tensorPlaces) = try parser.tensors(tensorCount, alignment: alignment)
    dataOffset = (parser.offset + alignment - 1) & ~(alignment - 1)
  }

  /// A metadata value, or nil.
  package subscript(key: String) -> GGUFValue? { values[key] }

  /// Where key, type and value of a metadata entry lie in the file, or nil.
  package func byteRange(ofEntry key: String) -> Range<Int>? { ranges[key] }

  /// The tensor of a name, or nil.
  package func tensor(_ name: String) -> GGUFTensor? { tensorPlaces[name].map { tensors[$0] } }

  /// Where the data of a tensor lies in a file of `fileSize` bytes.
  ///
  /// - Throws: ``GGUFError`` where the size of the data is unknown or the file ends before it does.
  package func byteRange(of tensor: GGUFTensor, fileSize: Int) throws(GGUFError) -> Range<Int> {
    let size = try tensor.byteCount()
    let (start, overflow) = tensor.offset.addingReportingOverflow(UInt64(dataOffset))
    let (end, overflowAtEnd) = start.addingReportingOverflow(UInt64(size))
    guard !overflow, !overflowAtEnd, end <= UInt64(fileSize) else {
      throw .tensorOutsideFile(
        tensor: tensor.name, end: overflow || overflowAtEnd ? .max : end, fileSize: fileSize)
    }
    return Int(start)..<Int(end)
  }

  private static func alignment(_ value: GGUFValue?) throws(GGUFError) -> Int {
    guard let value else { return 32 }
    guard let alignment = value.integer else {
      throw .wrongType(key: "general.alignment", wanted: "a whole number")
    }
    guard alignment > 0, alignment <= 1 << 30, alignment & (alignment - 1) == 0 else {
      throw .badAlignment(UInt64(clamping: alignment))
    }
    return alignment
  }
}
