#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls `body` with the bytes of a file, or of standard input where it is nil, 64 KiB at a time.
///
/// - Throws: ``FileError`` with the system's reason, and what `body` throws.
package func forEachBlock(of file: String?, _ body: (ArraySlice<UInt8>) throws -> Void) throws {
  let descriptor = try file.map(openForReading) ?? STDIN_FILENO
  defer { if file != nil { close(descriptor) } }
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &block, block.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw FileError(path: file ?? "standard input", underlying: SystemError("read", code: errno))
    }
    if count == 0 { return }
    try body(block[..<count])
  }
}

/// Opens a file or a pipe, not a folder.
private func openForReading(_ path: String) throws -> Int32 {
  var status = stat()
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(path: path, underlying: SystemError("open", code: errno)) }
  if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
    close(descriptor)
    throw FileError(path: path, underlying: SystemError("read", code: EISDIR))
  }
  return descriptor
}
