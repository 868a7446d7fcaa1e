import CMCPrimitives

/// Writes a GGUF file tensor by tensor, with metadata that are there as bytes already.
///
/// The file appears under its name only when it is whole. Source: the GGUF specification, version 3.
package final class GGUFStream {
  /// A tensor of float32 that will be written.
  package struct Tensor: Sendable {
    /// Its name.
    package let name: String
    /// The length of each axis; the first runs fastest, as GGUF has it.
    package let shape: [Int]

    /// Describes a tensor.
    package init(_ name: String, shape: [Int]) {
      self.name = name
      self.shape = shape
    }

    /// The size of its data.
    var bytes: Int { shape.reduce(4, *) }
  }

  private static let alignment = 32
  private let file: AtomicFileStream
  private var size = 0

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: Where it will be.
  ///   - metadata: The entries of the header.
  ///   - tensors: All tensors in the order in which their data will come.
  /// - Throws: `FileError`.
  package init(path: String, metadata: GGUFEntries, tensors: [Tensor]) throws {
    file = try AtomicFileStream(path: path)
    try write(Self.header(metadata: metadata, tensors: tensors))
    try pad()
  }

  /// Everything before the data of the tensors, as such a file begins.
  package static func header(metadata: GGUFEntries, tensors: [Tensor]) -> [UInt8] {
    var header = Array("GGUF".utf8)
    append(3 as UInt32, to: &header)
    append(UInt64(tensors.count), to: &header)
    append(UInt64(metadata.count), to: &header)
    header += metadata.bytes
    var offset = 0
    for tensor in tensors {
      append(UInt64(tensor.name.utf8.count), to: &header)
      header += Array(tensor.name.utf8)
      append(UInt32(tensor.shape.count), to: &header)
      for length in tensor.shape { append(UInt64(length), to: &header) }
      append(0 as UInt32, to: &header)
      append(UInt64(offset), to: &header)
      offset += (tensor.bytes + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    return header
  }

  /// Writes the data of the next tensor.
  ///
  /// - Throws: `FileError`.
  package func append(_ values: UnsafeBufferPointer<Float>) throws {
    let bytes = UnsafeRawBufferPointer(values)
    try file.write(bytes)
    size += bytes.count
    try pad()
  }

  /// Gives the file its name.
  ///
  /// - Throws: `FileError`.
  package func finish() throws { try file.commit() }

  private func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try file.write($0) }
    size += bytes.count
  }

  private func pad() throws {
    let rest = (Self.alignment - size % Self.alignment) % Self.alignment
    if rest > 0 { try write([UInt8](repeating: 0, count: rest)) }
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
