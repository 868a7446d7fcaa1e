import CMCLibCrypto

/// A SHA-256 digest, shown as 64 hexadecimal digits.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public let hex: String

  /// Takes a digest written by someone else; nil unless it is 64 hexadecimal digits.
  public init?(hex: String) {
    let digits = Array(hex.utf8)
    guard digits.count == 64, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0 | 32) })
    else {
      return nil
    }
    self.hex = hex.lowercased()
  }

  /// The digest of all bytes.
  public init(hashing bytes: UnsafeRawBufferPointer) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// The digest of all bytes.
  public init(hashing bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { SHA256Digest(hashing: $0) }
  }

  init(bytes: [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    hex = String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The 64 digits.
  public var description: String { hex }
  /// The first 12 digits, enough for people to tell two apart.
  public var short: String { String(hex.prefix(12)) }
}

/// Hashes bytes as they come.
package struct SHA256Hasher: ~Copyable {
  private let context: OpaquePointer?

  /// Starts an empty hash.
  package init() {
    context = EVP_MD_CTX_new()
    check(EVP_DigestInit_ex(context, EVP_sha256(), nil))
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    check(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count))
  }

  /// Ends the hash.
  package consuming func finish() -> SHA256Digest {
    var digest = [UInt8](repeating: 0, count: 32)
    check(EVP_DigestFinal_ex(context, &digest, nil))
    return SHA256Digest(bytes: digest)
  }

  /// SHA-256 fails only where memory has run out, and there is no input that can bring that about.
  private func check(_ status: Int32) {
    precondition(status == 1, "libcrypto could not run SHA-256: out of memory")
  }
}
