internal import CMCLinearAlgebra
internal import CMCPrimitives

/// A tensor as it lies in a mapped file.
struct StoredTensor {
  /// Its name in the file.
  let name: String
  /// How its elements are stored.
  let type: WeightType
  /// The length of each axis; the last runs fastest.
  let shape: [Int]
  /// Its bytes; they stay valid as long as `owner` lives.
  let bytes: UnsafeRawBufferPointer
  /// What keeps the bytes: the mapped file, or a copy.
  let owner: any AnyObject & Sendable
  /// The file they come from.
  let file: MappedFile
  /// Where in the file the bytes begin.
  let offset: Int

  /// Some of the elements of a vector.
  ///
  /// - Throws: ``LanguageModelError/elementType(tensor:found:)`` where elements do not stand on their own.
  func elements(_ range: Range<Int>) throws(LanguageModelError) -> StoredTensor {
    guard type.blockElements == 1, shape.count == 1, range.upperBound <= shape[0] else {
      throw .elementType(tensor: name, found: "\(type) of a bias")
    }
    let size = type.blockBytes
    let slice = range.lowerBound * size..<range.upperBound * size
    return StoredTensor(
      name: name, type: type, shape: [range.count], bytes: UnsafeRawBufferPointer(rebasing: bytes[slice]),
      owner: owner, file: file, offset: offset + slice.lowerBound)
  }
}

/// A tensor of bytes that stand for no numbers by themselves.
struct StoredBytes {
  /// Its name in the file.
  let name: String
  /// The length of each axis.
  let shape: [Int]
  /// Its bytes; they stay valid as long as `owner` lives.
  let bytes: UnsafeRawBufferPointer
  /// What keeps the bytes.
  let owner: any AnyObject & Sendable
}

/// A file, or several, that holds the tensors of a model under names.
protocol TensorContainer {
  /// The path for errors.
  var path: String { get }
  /// How tensors are called in it.
  var naming: TensorNaming { get }
  /// The names of all tensors, in the order of the file.
  var names: [String] { get }
  /// The tensor of a name, or nil.
  ///
  /// - Throws: An error where it is there but cannot be read.
  func tensor(_ name: String) throws -> StoredTensor?
  /// Whether there is a tensor of a name, whatever its elements.
  func has(_ name: String) -> Bool
  /// The tensor of a name as bytes; nil where there is none of unsigned bytes.
  func bytes(_ name: String) throws -> StoredBytes?
}

extension TensorContainer {
  /// Looks through the names.
  func has(_ name: String) -> Bool { names.contains(name) }
  /// Most containers have none.
  func bytes(_ name: String) throws -> StoredBytes? { nil }
}

extension WeightMatrix {
  /// A matrix of the bytes of a tensor, or of a copy or part of them, with the tensor's name in errors.
  ///
  /// - Throws: ``LanguageModelError/matrix(tensor:reason:)``.
  init(
    named name: String, type: WeightType, rows: Int, columns: Int, bytes: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable
  ) throws {
    do {
      try self.init(type: type, rows: rows, columns: columns, bytes: bytes, owner: owner)
    } catch let error as LinearAlgebraError {
      throw LanguageModelError.matrix(tensor: name, reason: error.description)
    }
  }

  /// A tensor as a matrix.
  ///
  /// - Throws: ``LanguageModelError/matrix(tensor:reason:)``.
  init(reading tensor: StoredTensor, rows: Int, columns: Int) throws {
    try self.init(
      named: tensor.name, type: tensor.type, rows: rows, columns: columns, bytes: tensor.bytes,
      owner: tensor.owner)
  }
}

extension MappedFile {
  /// The bytes of a range, beyond the closure that ``withUnsafeBytes(_:)`` ends with: valid while this object lives.
  ///
  /// The range must have been checked against ``count``.
  func slice(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range]) }
  }
}
