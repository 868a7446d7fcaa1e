/// A file that is written piece by piece and appears when it is whole: see ``OutputFile``.
///
/// For what is too large to be held whole; ``AtomicFile`` is for the rest. Without ``commit()`` the target stays as it
/// was and nothing is left beside it.
package final class AtomicFileStream {
  /// The target.
  package let path: String
  private var file: OutputFile?
  private var buffer: [UInt8] = []

  /// Pieces are gathered up to this size.
  private static let bufferSize = 1 << 18

  /// Begins a file in the folder of `path`.
  ///
  /// - Throws: ``FileError``.
  package init(path: String) throws {
    self.path = path
    file = try OutputFile(path: path)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try file?.write(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Gives the file its name, with the permissions a new file has; nothing can be written after that.
  ///
  /// - Throws: ``FileError``.
  package func commit() throws {
    try flush()
    try file?.sync()
    try file.take()?.commit()
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try file?.write($0) }
    buffer.removeAll(keepingCapacity: true)
  }
}
