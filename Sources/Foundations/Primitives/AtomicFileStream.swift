#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written piece by piece, beside its target, and renamed over it at the end.
///
/// For what is too large to be held whole; ``AtomicFile`` is for the rest. Without ``commit()`` the target stays as it
/// was and nothing is left beside it.
package final class AtomicFileStream {
  /// The target.
  package let path: String
  private let temporary: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// Pieces are gathered up to this size.
  private static let bufferSize = 1 << 18

  /// Begins a file in the folder of `path`.
  ///
  /// - Throws: ``FileError``.
  package init(path: String) throws {
    self.path = path
    (descriptor, temporary) = try withFile(path) {
      var template = Array("\(path).XXXXXX".utf8CString)
      let descriptor = mkstemp(&template)
      guard descriptor >= 0 else { throw SystemError("create a file there", code: errno) }
      return (descriptor, String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    UnfinishedFiles.shared.add(temporary)
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporary)
      UnfinishedFiles.shared.remove(temporary)
    }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count > Self.bufferSize {
      try withFile(path) { try Self.writeFully(descriptor, bytes) }
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Gives the file its name, with the permissions a new file has; nothing can be written after that.
  ///
  /// - Throws: ``FileError``.
  package func commit() throws {
    try flush()
    try withFile(path) {
      let mask = umask(0)
      umask(mask)
      guard fchmod(descriptor, 0o666 & ~mask) == 0 else { throw SystemError("set permissions", code: errno) }
      guard fsync(descriptor) == 0 else { throw SystemError("write", code: errno) }
      guard rename(temporary, path) == 0 else { throw SystemError("rename", code: errno) }
      UnfinishedFiles.shared.remove(temporary)
      close(descriptor)
      descriptor = -1
    }
  }

  private func flush() throws {
    try withFile(path) { try buffer.withUnsafeBytes { try Self.writeFully(descriptor, $0) } }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func writeFully(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) throws {
    var sent = 0
    while sent < bytes.count {
      let put = systemWrite(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
      if put < 0 {
        if errno == EINTR { continue }
        throw SystemError("write", code: errno)
      }
      sent += put
    }
  }
}

/// The system's `write`, by a name that the methods here do not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
