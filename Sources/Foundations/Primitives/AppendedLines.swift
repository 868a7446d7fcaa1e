#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Appends a line to a file and has the system write it to the disk: after a crash the file ends with a whole line, or
/// with a part of this one.
///
/// - Throws: `FileError` with the system's reason.
package func appendLine(_ line: [UInt8], to path: String) throws {
  let descriptor = open(path, O_WRONLY | O_APPEND)
  guard descriptor >= 0 else { throw FileError(path: path, underlying: SystemError("open", code: errno)) }
  defer { close(descriptor) }
  let bytes = line + [0x0A]
  var sent = 0
  while sent < bytes.count {
    let count = bytes.withUnsafeBytes {
      write(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent)
    }
    if count < 0 {
      if errno == EINTR { continue }
      throw FileError(path: path, underlying: SystemError("write", code: errno))
    }
    sent += count
  }
  guard fsync(descriptor) == 0 else {
    throw FileError(path: path, underlying: SystemError("fsync", code: errno))
  }
}

/// Removes a file of our own; one that has gone already is no error.
package func removeFile(_ path: String) { unlink(path) }
