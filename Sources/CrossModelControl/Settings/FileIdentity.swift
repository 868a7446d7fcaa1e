internal import CMCHashing
internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What tells a file's content from another's under the same name.
///
/// Up to ``contentLimit`` bytes the whole content is hashed, which takes less than a second. Of larger files the size, the
/// time of the last change, the first ``headerSize`` bytes (names, shapes and types of all tensors lie there) and
/// ``sampleCount`` samples from there to the end count, and ``kind`` says so. Training changes every sample; what is not
/// seen is a change between them by a program that puts the old time back.
public struct FileIdentity: Codable, Sendable, Equatable {
  /// How much of a file was hashed.
  public enum Kind: String, Codable, Sendable {
    /// All of it.
    case content
    /// The beginning and samples; size and time stand for the rest.
    case samples
  }

  /// The file's name without its folder: a moved file is the same file.
  public var name: String
  /// How much was hashed.
  public var kind: Kind
  /// SHA-256 as 64 hexadecimal digits.
  public var sha256: String
  /// The size in bytes.
  public var size: Int
  /// When it was changed last, in nanoseconds since 1970; only for ``Kind/samples``.
  public var modified: Int?

  /// Files above this size are not hashed whole.
  public static let contentLimit = 1 << 30
  /// What is hashed of the beginning of a larger file: 16 MiB.
  public static let headerSize = 1 << 24
  /// How many samples of the rest are hashed, at equal distances, the last at the end.
  public static let sampleCount = 64
  /// The size of a sample: 256 KiB.
  public static let sampleSize = 1 << 18

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
      let digest = isWhole ? SHA256Digest(hashing: bytes).hex : Self.sampled(bytes)
      return (isWhole ? .content : .samples, digest, bytes.count)
    }
    if kind == .samples { modified = try Self.modified(path) }
  }

  /// SHA-256 of the beginning and the samples.
  private static func sampled(_ bytes: UnsafeRawBufferPointer) -> String {
    var hasher = SHA256Hasher()
    hasher.update(UnsafeRawBufferPointer(rebasing: bytes.prefix(headerSize)))
    let rest = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(headerSize))
    for sample in 1...sampleCount {
      let end = rest.count / sampleCount * sample + (sample == sampleCount ? rest.count % sampleCount : 0)
      hasher.update(UnsafeRawBufferPointer(rebasing: rest[max(0, end - sampleSize)..<end]))
    }
    return hasher.finish().hex
  }

  private static func modified(_ path: String) throws -> Int {
    var status = stat()
    guard stat(pathBytes(path), &status) == 0 else {
      throw FileError(path: path, underlying: SystemError("stat", code: errno))
    }
    #if os(Linux)
      return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    #else
      return status.st_mtimespec.tv_sec * 1_000_000_000 + status.st_mtimespec.tv_nsec
    #endif
  }
}
