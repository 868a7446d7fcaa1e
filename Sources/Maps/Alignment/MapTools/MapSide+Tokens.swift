import CMCHashing
import CMCPrimitives
import CMCVocabulary

extension MapSide {
  /// What the tokens of a map come to.
  enum StatedTokens: Equatable {
    /// Kinds or pieces are not there.
    case unknown
    /// The piece of an id stands for no bytes of its kind.
    case noBytes(id: Int)
    /// The fingerprint of a vocabulary with these tokens.
    case fingerprint(SHA256Digest)
  }

  /// The fingerprint of the tokens as the map has them.
  ///
  /// A vocabulary's fingerprint is that of its ids, kinds and bytes, and a map has all three: what a file says of tokens
  /// can be held against the fingerprint that it states. See ``Vocabulary/fingerprint``.
  ///
  /// - Complexity: O(bytes of the pieces).
  var statedTokens: StatedTokens {
    guard let kinds, let pieces, kinds.count == pieces.count else { return .unknown }
    var hasher = SHA256Hasher()
    var buffer: [UInt8] = []
    for id in kinds.indices where kinds[id] != .hole {
      guard let row = bytes(Int32(id)) else { return .noBytes(id: id) }
      withUnsafeBytes(of: UInt32(id).littleEndian) { buffer.append(contentsOf: $0) }
      buffer.append(kinds[id].rawValue)
      withUnsafeBytes(of: UInt32(row.count).littleEndian) { buffer.append(contentsOf: $0) }
      buffer.append(contentsOf: row)
      guard buffer.count >= 1 << 16 else { continue }
      buffer.withUnsafeBytes { hasher.update($0) }
      buffer.removeAll(keepingCapacity: true)
    }
    buffer.withUnsafeBytes { hasher.update($0) }
    return .fingerprint(hasher.finish())
  }

  /// The highest id of a token that is not special; nil where kinds are not known.
  ///
  /// Special tokens may be added beside a model, and have no logit then; the others are the model's own.
  var highestOrdinaryID: Int? {
    kinds?.lastIndex { $0 != .hole && $0 != .special }
  }
}
