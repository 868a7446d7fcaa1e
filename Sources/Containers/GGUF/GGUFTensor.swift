/// What a GGUF file says of one tensor.
package struct GGUFTensor: Sendable, Equatable {
  /// The name, such as `token_embd.weight`.
  package let name: String
  /// The dimensions as the file has them: the first one is contiguous, so a matrix of `rows` rows is `[columns, rows]`.
  package let shape: [Int]
  /// The number of the type, which may be one that ``type`` does not know.
  package let typeID: UInt32
  /// Where the data begins, counted from the start of the data section.
  package let offset: UInt64

  /// How the elements are stored, or nil where the type is unknown here.
  package var type: GGMLType? { GGMLType(rawValue: typeID) }

  /// The number of elements: the product of the dimensions, which was checked to fit.
  package var elementCount: Int { shape.reduce(1, &*) }

  /// The number of rows: everything but the contiguous dimension.
  package var rowCount: Int { shape.dropFirst().reduce(1, &*) }

  /// The size of the data in bytes.
  ///
  /// - Throws: ``GGUFError`` for an unknown type, or a row that is not a whole number of blocks.
  package func byteCount() throws(GGUFError) -> Int {
    guard let type else { throw .unknownTensorType(tensor: name, type: typeID) }
    guard (shape.first ?? 1) % type.blockElements == 0 else { throw .partialBlock(tensor: name) }
    let (bytes, overflow) = (elementCount / type.blockElements).multipliedReportingOverflow(
      by: type.blockBytes)
    guard !overflow else { throw .badShape(tensor: name) }
    return bytes
  }
}
