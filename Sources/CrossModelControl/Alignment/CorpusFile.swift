internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A part of a corpus: a file, or standard input.
public struct CorpusFile: Sendable, Equatable {
  /// The name in results.
  public let name: String
  /// Where it is; nil is standard input.
  public let path: String?

  /// A file by its path, under which results name it; what is compressed with gzip or Zstandard is read as what it was.
  public init(_ path: String) {
    name = path
    self.path = path
  }

  private init(standardInputNamed name: String) {
    self.name = name
    path = nil
  }

  /// What is piped into the program; it can be read once.
  public static let standardInput = CorpusFile(standardInputNamed: "standard input")

  /// Its size as it lies there; nil of what can be read only once, such as a pipe.
  ///
  /// - Throws: `FileError` where there is no such file.
  func size() throws -> Int? {
    guard let path else { return nil }
    // A shard does not read all of them; inputs they are all the same.
    try FileRoles.shared.name(input: path)
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else {
      throw FileError(path: path, underlying: SystemError("open", code: errno))
    }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }
}
