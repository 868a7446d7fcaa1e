internal import CMCGGUF
internal import CMCLinearAlgebra
internal import CMCPrimitives

/// The tensors of a GGUF file.
struct GGUFContainer: TensorContainer {
  /// The metadata.
  let header: GGUFHeader
  private let file: MappedFile

  /// Takes a mapped file.
  ///
  /// - Throws: `FileError` with a `GGUFError`.
  init(_ file: MappedFile) throws {
    self.file = file
    header = try withFile(file.path) { try file.withUnsafeBytes { try GGUFHeader($0) } }
  }

  var path: String { file.path }
  var naming: TensorNaming { .gguf }
  var names: [String] { header.tensors.map(\.name) }

  func tensor(_ name: String) throws -> StoredTensor? {
    guard let tensor = header.tensor(name) else { return nil }
    guard let kind = tensor.type else {
      throw GGUFError.unknownTensorType(tensor: oneLine(name), type: tensor.typeID)
    }
    guard let type = Self.weightType(kind) else {
      throw LanguageModelError.elementType(tensor: name, found: kind.name)
    }
    let range = try header.byteRange(of: tensor, fileSize: file.count)
    return StoredTensor(
      name: name, type: type, shape: tensor.shape.reversed(), bytes: file.slice(range), owner: file,
      file: file,
      offset: range.lowerBound)
  }

  /// The configuration that the metadata describe, with notes of metadata that nobody reads.
  ///
  /// - Throws: ``LanguageModelError``, `GGUFError`.
  func configuration(_ notes: inout [String]) throws -> ModelConfiguration {
    let divisors = try tensor("rope_freqs.weight").map { try ParameterVector(reading: $0).array }
    return try file.withUnsafeBytes {
      try GGUFConfiguration.read(header, $0, divisors: divisors, notes: &notes)
    }
  }

  private static func weightType(_ type: GGMLType) -> WeightType? {
    WeightType(ggmlCode: type.rawValue)
  }
}
