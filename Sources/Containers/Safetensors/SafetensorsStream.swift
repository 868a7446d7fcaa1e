package import CMCPrimitives

/// Writes a safetensors file tensor by tensor: for models, which are too large to be collected in memory.
///
/// The file appears under its name only when it is whole.
package final class SafetensorsStream {
  /// A tensor that will be written.
  package struct Tensor: Sendable {
    /// Its name.
    package let name: String
    /// The type of its elements.
    package let elementType: ElementType
    /// The length of each axis; the last runs fastest.
    package let shape: [Int]

    /// Describes a tensor.
    package init(_ name: String, _ elementType: ElementType, shape: [Int]) {
      self.name = name
      self.elementType = elementType
      self.shape = shape
    }

    /// The size of its data.
    var bytes: Int { shape.reduce(elementType.size, *) }
  }

  private let file: AtomicFileStream
  private let tensors: [Tensor]
  private var next = 0

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it will be.
  ///   - tensors: All tensors in the order in which their data will come; a wider type must not follow a narrower one.
  ///   - metadata: Free texts.
  /// - Throws: `FileError`.
  package init(path: String, tensors: [Tensor], metadata: [(key: String, value: String)] = []) throws {
    self.tensors = tensors
    file = try AtomicFileStream(path: path)
    let header = SafetensorsHeader.encoded(
      metadata: metadata, tensors: tensors.map { ($0.name, $0.elementType, $0.shape) })
    try header.withUnsafeBytes { try file.write($0) }
  }

  /// Writes the data of the next tensor: its elements as little-endian bytes.
  ///
  /// - Throws: `FileError`, such as that of a full disk; the file then never appears.
  package func append(_ data: UnsafeRawBufferPointer) throws {
    precondition(next < tensors.count && tensors[next].bytes == data.count, "not the data of the next tensor")
    next += 1
    try file.write(data)
  }

  /// Gives the file its name.
  ///
  /// - Throws: `FileError`.
  package func finish() throws {
    precondition(next == tensors.count, "tensors are missing")
    try file.commit()
  }
}
