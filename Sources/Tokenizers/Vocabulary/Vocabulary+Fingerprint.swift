public import CMCHashing
import CMCPrimitives

extension Vocabulary {
  /// The digest of the tokens below an id that are not special, formed as ``fingerprint`` is.
  ///
  /// Vocabularies of one family differ in the special tokens that are added to them; this is what they share.
  ///
  /// - Complexity: O(bytes of those tokens).
  public func textFingerprint(below limit: Int) -> SHA256Digest {
    Self.fingerprint(
      canonical: canonical, kinds: kinds.prefix(max(limit, 0)).map { $0 == .special ? .hole : $0 })
  }

  /// SHA-256 over the tokens in ascending order, each as id (32 bits), kind (8), length (32) and bytes, little-endian.
  ///
  /// - Complexity: O(bytes of the vocabulary).
  static func fingerprint(canonical: ByteTable, kinds: [TokenKind]) -> SHA256Digest {
    var hasher = SHA256Hasher()
    var buffer: [UInt8] = []
    buffer.reserveCapacity(1 << 16)
    canonical.withUnsafeRows { rows in
      for id in 0..<kinds.count where kinds[id] != .hole {
        let row = rows[id]
        withUnsafeBytes(of: UInt32(id).littleEndian) { buffer.append(contentsOf: $0) }
        buffer.append(kinds[id].rawValue)
        withUnsafeBytes(of: UInt32(row.count).littleEndian) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: row)
        if buffer.count >= 1 << 16 {
          buffer.withUnsafeBytes { hasher.update($0) }
          buffer.removeAll(keepingCapacity: true)
        }
      }
    }
    buffer.withUnsafeBytes { hasher.update($0) }
    return hasher.finish()
  }
}
