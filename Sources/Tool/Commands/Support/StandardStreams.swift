internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output: results, and nothing else.
enum StandardOutput {
  /// Why output ended.
  enum Failure: Error {
    /// Whoever read it has gone; no error of ours.
    case closed
  }

  private static let buffer = Guarded<[UInt8]>([])

  /// Adds text to the output.
  static func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Adds bytes to the output.
  static func write(_ bytes: [UInt8]) throws {
    let isFull = buffer.withLock { buffer in
      buffer += bytes
      return buffer.count > 1 << 16
    }
    if isFull { try flush() }
  }

  /// Sends what has been buffered.
  ///
  /// - Throws: ``Failure/closed`` where the reader has gone, ``FileError`` for everything else, such as a full disk.
  static func flush() throws {
    let bytes = buffer.withLock { buffer in
      defer { buffer.removeAll(keepingCapacity: true) }
      return buffer
    }
    try bytes.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let put = systemWrite(STDOUT_FILENO, bytes.baseAddress.map { $0 + sent }, bytes.count - sent)
        if put < 0 {
          if errno == EINTR { continue }
          if errno == EPIPE { throw Failure.closed }
          throw FileError(path: "standard output", underlying: SystemError("write", code: errno))
        }
        sent += put
      }
    }
  }

  /// Whether a person is looking.
  static let isTerminal = isatty(STDOUT_FILENO) == 1
  /// Whether colour may be used: a terminal, and the user has not refused.
  static let takesColor = isTerminal && getenv("NO_COLOR").map { $0.pointee == 0 } ?? true
}

/// Standard error: everything that is not a result.
enum StandardError {
  /// Writes text at once.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { systemWrite(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Whether a person is looking.
  static let isTerminal = isatty(STDERR_FILENO) == 1
}

/// The system's `write`, by a name that the methods here do not hide.
private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
