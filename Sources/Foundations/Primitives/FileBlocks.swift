#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls `body` with the bytes of a file, or of standard input where it is nil, 64 KiB at a time.
///
/// - Parameters:
///   - file: The file; nil is standard input.
///   - offset: How many bytes of a file are left out; there must be as many.
///   - body: Gets the blocks in their order.
/// - Throws: ``FileError`` with the system's reason, and what `body` throws.
package func forEachBlock(
  of file: String?, from offset: Int = 0, _ body: (ArraySlice<UInt8>) throws -> Void
) throws {
  let descriptor = try file.map(openForReading) ?? STDIN_FILENO
  defer { if file != nil { close(descriptor) } }
  if offset > 0, lseek(descriptor, off_t(offset), SEEK_SET) < 0 {
    throw FileError(
      path: file ?? "standard input", underlying: SystemError("go on in the middle", code: errno))
  }
  var block = [UInt8](repeating: 0, count: 1 << 16)
  // How often a pipe is asked that nobody has written to: two seconds.
  var patience = file != nil && isPipe(descriptor) ? 100 : 0
  while true {
    let count = read(descriptor, &block, block.count)
    if count < 0 {
      if errno == EINTR { continue }
      if errno == EAGAIN {
        // Somebody is there to write, and takes the time it takes.
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&wanted, 1, -1)
        patience = 0
        continue
      }
      throw FileError(path: file ?? "standard input", underlying: SystemError("read", code: errno))
    }
    if count == 0, patience > 0 {
      patience -= 1
      if patience == 0 { throw FileError(path: file ?? "", underlying: FileKindError.unwrittenPipe) }
      usleep(20_000)
      continue
    }
    if count == 0 { return }
    patience = 0
    try body(block[..<count])
  }
}

private func isPipe(_ descriptor: Int32) -> Bool {
  var status = stat()
  return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
}

/// Opens a file or a pipe, not a folder, without waiting for whoever writes to a pipe.
private func openForReading(_ path: String) throws -> Int32 {
  var status = stat()
  let descriptor = open(pathBytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw FileError(path: path, underlying: SystemError("open", code: errno)) }
  do {
    try withFile(path) {
      guard fstat(descriptor, &status) == 0 else { throw SystemError("read", code: errno) }
      if status.st_mode & S_IFMT == S_IFDIR { throw FileKindError.directory }
      try FileRoles.shared.read(status, path)
    }
  } catch {
    close(descriptor)
    throw error
  }
  return descriptor
}
