#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a regular file, mapped read-only; unmapped when the last reference goes.
///
/// A file that another process shortens while it is mapped can raise SIGBUS on access. Small text files are therefore
/// read whole with ``readFile(_:limit:)``; mapping is for containers of many megabytes.
package final class MappedFile: Sendable {
  /// The path it was opened by.
  package let path: String
  nonisolated(unsafe) private let base: UnsafeRawPointer?
  /// The size in bytes.
  package let count: Int

  /// Opens and maps a file.
  ///
  /// - Parameter isOwn: Whether this program made it and may replace it; any other file is an input (``FileRoles``).
  /// - Throws: ``FileError`` with the system's reason, or where the path is no regular file.
  package init(path: String, isOwn: Bool = false) throws {
    self.path = path
    (base, count) = try withFile(path) {
      let descriptor = try openToRead(path)
      defer { close(descriptor) }
      let size = try regularFileSize(descriptor, path, isOwn: isOwn)
      guard size > 0 else { return (nil, 0) }
      guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
        throw SystemError("map", code: errno)
      }
      return (UnsafeRawPointer(address), size)
    }
  }

  deinit {
    if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
  }

  /// Runs `body` over the bytes; the buffer ends with the closure.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: count)) }
  }

  /// Lets the system take back the memory behind a range of bytes; they are read from the file again when needed.
  ///
  /// Only whole pages inside the range are given back. Ranges beyond the file are cut.
  package func forget(_ range: Range<Int>) {
    guard let base else { return }
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let first = (range.lowerBound + page - 1) / page * page
    let end = min(range.upperBound, count) / page * page
    guard page > 0, first < end else { return }
    madvise(UnsafeMutableRawPointer(mutating: base + first), end - first, MADV_DONTNEED)
  }
}

/// Reads a whole regular file of at most `limit` bytes.
///
/// - Parameter isOwn: Whether this program made it and may replace it; any other file is an input (``FileRoles``).
/// - Throws: ``FileError`` with the system's reason, where the path is no regular file, or where it is too large.
package func readFile(_ path: String, limit: Int = 1 << 30, isOwn: Bool = false) throws -> [UInt8] {
  try withFile(path) {
    let descriptor = try openToRead(path)
    defer { close(descriptor) }
    let size = try regularFileSize(descriptor, path, isOwn: isOwn)
    guard size <= limit else { throw FileKindError.tooLarge(bytes: size, limit: limit) }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let got = read(descriptor, buffer.baseAddress.map { $0 + filled }, size - filled)
        if got < 0 {
          if errno == EINTR { continue }
          throw SystemError("read", code: errno)
        }
        if got == 0 { break }
        filled += got
      }
    }
  }
}

/// Opens a file without waiting: a pipe without a writer would have the program wait for ever, and is refused anyway.
private func openToRead(_ path: String) throws -> Int32 {
  let descriptor = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw SystemError("open", code: errno) }
  return descriptor
}

/// The size of an open file, which must be a regular one.
private func regularFileSize(_ descriptor: Int32, _ path: String, isOwn: Bool) throws -> Int {
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw SystemError("read", code: errno) }
  if !isOwn { try FileRoles.shared.read(status, path) }
  switch status.st_mode & S_IFMT {
  case S_IFREG: return Int(status.st_size)
  case S_IFDIR: throw FileKindError.directory
  case S_IFIFO: throw FileKindError.pipe
  default: throw FileKindError.notRegular
  }
}
