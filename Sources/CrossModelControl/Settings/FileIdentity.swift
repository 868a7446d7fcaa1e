internal import CMCHashing
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What tells a file's content from another's under the same name.
///
/// Up to ``contentLimit`` bytes the whole content is hashed, which takes less than a second; of larger files the size,
/// the time of the last change and the first ``headerSize`` bytes count (names, shapes and types of all tensors lie
/// there), and ``kind`` says so: a file changed beyond its header, in place, within the clock's resolution, is not seen.
public struct FileIdentity: Codable, Sendable, Equatable {
  /// How much of a file was hashed.
  public enum Kind: String, Codable, Sendable {
    /// All of it.
    case content
    /// The beginning; size and time stand for the rest.
    case header
  }

  /// The file's name without its folder: a moved file is the same file.
  public var name: String
  /// How much was hashed.
  public var kind: Kind
  /// SHA-256 as 64 hexadecimal digits.
  public var sha256: String
  /// The size in bytes.
  public var size: Int
  /// When it was changed last, in nanoseconds since 1970; only for ``Kind/header``.
  public var modified: Int?

  /// Files above this size are not hashed whole.
  public static let contentLimit = 1 << 30
  /// What is hashed of a larger file: 16 MiB.
  public static let headerSize = 1 << 24

  /// Reads a file.
  ///
  /// - Throws: `FileError`.
  /// - Complexity: O(bytes), at most ``contentLimit``.
  public init(_ path: String) throws {
    try self.init(path, contentLimit: Self.contentLimit)
  }

  init(_ path: String, contentLimit: Int) throws {
    let mapped = try MappedFile(path: path)
    name = String(path.split(separator: "/").last ?? "")
    (kind, sha256, size) = mapped.withUnsafeBytes { bytes in
      let isWhole = bytes.count <= contentLimit
      let part = isWhole ? bytes : UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.headerSize))
      return (isWhole ? .content : .header, SHA256Digest(hashing: part).hex, bytes.count)
    }
    if kind == .header { modified = try Self.modified(path) }
  }

  private static func modified(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw FileError(path: path, underlying: SystemError("stat", code: errno))
    }
    #if os(Linux)
      return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    #else
      return status.st_mtimespec.tv_sec * 1_000_000_000 + status.st_mtimespec.tv_nsec
    #endif
  }
}
