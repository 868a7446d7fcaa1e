package import CMCPrimitives
internal import CMCZipArchives

/// The tensors of a file that `torch.save` wrote: a zip archive with a pickle and a file for each storage, or the format
/// before version 1.6, pickles and storages one after the other.
///
/// The pickle is not run. A reader of its own follows the few instructions that plain tensors, and lists, tuples and
/// dictionaries of them, are written with, and refuses everything else.
package struct PyTorchFile: Sendable, Equatable {
  /// One tensor.
  package struct Tensor: Sendable, Equatable {
    /// Its keys and indices with dots between; empty for a file that is one tensor.
    package let name: String
    /// The type of its elements.
    package let elementType: ElementType
    /// The length of each axis.
    package let shape: [Int]
    /// How many elements further the next one of each axis is.
    package let strides: [Int]
    /// The index of its first element in the storage.
    package let offset: Int
    /// The bytes of the storage in the file.
    package let storage: Range<Int>
  }

  /// The largest pickle that is read; a thousand tensors take some 200 kB.
  package static let pickleLimit = 1 << 24

  /// The tensors, in the order of the pickle.
  package let tensors: [Tensor]

  /// Reads the structure of a whole file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - verifies: Whether the checksums of tensors are compared, for which all of the file is read.
  /// - Throws: ``PyTorchError``.
  package init(parsing file: UnsafeRawBufferPointer, verifies: Bool = true) throws(PyTorchError) {
    guard ZipArchive.looksLike(file) else {
      guard LegacyPyTorchFile.looksLike(file) else { throw .archive(.noDirectory) }
      tensors = try LegacyPyTorchFile.tensors(of: file)
      return
    }
    let archive = try Self.archive { () throws(ZipError) in try ZipArchive(parsing: file) }
    guard
      let pickle = archive.entries.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") })
    else { throw .noPickle }
    guard pickle.size <= Self.pickleLimit else {
      throw .archive(
        .tooLarge(entry: pickle.name, bytes: UInt64(pickle.size), limit: UInt64(Self.pickleLimit)))
    }
    let folder = String(pickle.name.dropLast("data.pkl".count))
    if let order = archive[folder + "byteorder"] {
      guard order.size <= 16 else { throw .bigEndian }
      let text = try Self.archive { () throws(ZipError) in try archive.contents(of: order, in: file) }
      guard text == Array("little".utf8) else { throw .bigEndian }
    }
    let bytes = try Self.archive { () throws(ZipError) in try archive.contents(of: pickle, in: file) }
    let value = try Self.value(of: bytes)
    var entries: [String: ZipArchive.Entry] = [:]
    for entry in archive.entries where entry.name.hasPrefix(folder + "data/") {
      entries[String(entry.name.dropFirst(folder.count + "data/".count))] = entry
    }
    var collector = TensorCollector(entries.mapValues(\.bytes)) { key throws(PyTorchError) in
      guard verifies, let entry = entries[key] else { return }
      try Self.archive { () throws(ZipError) in try archive.verify(entry, in: file) }
    }
    try collector.collect(value, "")
    guard !collector.tensors.isEmpty else { throw .notTensors(found: value.kindName) }
    tensors = collector.tensors
  }

  /// Follows a pickle without an archive around it: what it describes is checked and dropped.
  ///
  /// - Throws: ``PyTorchError``.
  package static func follow(pickle: [UInt8]) throws(PyTorchError) { _ = try value(of: pickle) }

  private static func value(of pickle: [UInt8]) throws(PyTorchError) -> PickleValue {
    try pickle.withUnsafeBytes { buffer in
      Result { () throws(PyTorchError) in
        var reader = PickleReader(buffer)
        return try reader.value()
      }
    }.get()
  }

  private static func archive<T>(_ body: () throws(ZipError) -> T) throws(PyTorchError) -> T {
    do { return try body() } catch { throw .archive(error) }
  }
}
