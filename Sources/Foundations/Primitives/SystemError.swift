#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the operating system refused, in its own words.
package struct SystemError: DescribedError, Equatable {
  /// What was being done: "open", "read", "write", "rename".
  package let operation: String
  /// The value of `errno`.
  package let code: Int32

  /// Notes a failed call; take `errno` before anything else runs.
  package init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
  }

  /// For example "cannot open: No such file or directory".
  package var description: String {
    code == ELOOP
      ? "cannot \(operation): a symbolic link leads back to itself"
      : "cannot \(operation): \(String(cString: strerror(code)))"
  }
}

/// A file that is not what a reader can take at all.
package enum FileKindError: DescribedError, Equatable {
  /// A folder stands where a file belongs.
  case directory
  /// A file stands where a folder belongs.
  case notDirectory
  /// A socket or device stands where a file belongs.
  case notRegular
  /// A pipe stands where a file belongs.
  case pipe
  /// A pipe to be read, which nobody has written to.
  case unwrittenPipe
  /// A pipe to be written into, which nobody reads.
  case unreadPipe
  /// The name of standard output, where only a file can be written.
  case standardOutput
  /// Larger than anything of its kind can be.
  case tooLarge(bytes: Int, limit: Int)

  /// The reason in a few words.
  package var description: String {
    switch self {
    case .directory: "is a directory where a file belongs"
    case .notDirectory: "is a file where a folder belongs"
    case .notRegular: "is a device or a socket where a file belongs"
    case .pipe: "is a pipe where a file belongs: it is read more than once, or from its end"
    case .unwrittenPipe: "is a pipe that nobody writes to"
    case .unreadPipe: "is a pipe that nobody reads"
    case .standardOutput: "stands for standard output, and this is written to a file"
    case .tooLarge(let bytes, let limit): "has \(bytes) bytes, more than the limit of \(limit)"
    }
  }

  /// What to do.
  package var hint: String? {
    self == .standardOutput ? "name a file (./- is one too); --json prints the result" : nil
  }
}
