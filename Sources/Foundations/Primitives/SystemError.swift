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
  package var description: String { "cannot \(operation): \(String(cString: strerror(code)))" }
}

/// A file that is not what a reader can take at all.
package enum FileKindError: DescribedError, Equatable {
  /// A folder stands where a file belongs.
  case directory
  /// A file stands where a folder belongs.
  case file
  /// A socket, device or pipe stands where a file belongs.
  case notRegular
  /// Larger than anything of its kind can be.
  case tooLarge(bytes: Int, limit: Int)

  /// The reason in a few words.
  package var description: String {
    switch self {
    case .directory: "is a directory where a file belongs"
    case .file: "is a file where a folder belongs"
    case .notRegular: "is not a regular file"
    case .tooLarge(let bytes, let limit): "has \(bytes) bytes, more than the limit of \(limit)"
    }
  }
}
