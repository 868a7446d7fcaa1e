package import CMCPrimitives

/// A GGUF file, mapped: its header, and the bytes of its tensors while the file is kept.
package struct GGUFFile: Sendable {
  /// The metadata and the list of tensors.
  package let header: GGUFHeader
  private let file: MappedFile

  /// Maps a file and parses its header.
  ///
  /// - Throws: ``FileError`` with the system's reason or a ``GGUFError``.
  package init(path: String) throws {
    try self.init(MappedFile(path: path))
  }

  /// Parses the header of a mapped file.
  ///
  /// - Throws: ``FileError`` with a ``GGUFError``.
  package init(_ file: MappedFile) throws {
    self.file = file
    header = try withFile(file.path) { try file.withUnsafeBytes { try GGUFHeader($0) } }
  }

  /// Runs `body` over the whole file; the buffer ends with the closure.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try file.withUnsafeBytes(body)
  }

  /// Runs `body` over the data of a tensor; the buffer ends with the closure.
  ///
  /// - Throws: ``FileError`` with a ``GGUFError`` where there is no such tensor or its data is not all there, and what
  ///   `body` throws.
  package func withTensor<R>(_ name: String, _ body: (GGUFTensor, UnsafeRawBufferPointer) throws -> R) throws
    -> R
  {
    let (tensor, range) = try withFile(file.path) {
      guard let tensor = header.tensor(name) else { throw GGUFError.noTensor(name) }
      return (tensor, try header.byteRange(of: tensor, fileSize: file.count))
    }
    return try file.withUnsafeBytes { try body(tensor, UnsafeRawBufferPointer(rebasing: $0[range])) }
  }
}
