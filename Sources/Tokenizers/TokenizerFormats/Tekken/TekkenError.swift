import CMCPrimitives

/// What is wrong with a Tekken file, beside JSON itself.
package enum TekkenError: DescribedError, Equatable {
  /// A number of the configuration cannot be.
  case badCount(path: String, count: Int)
  /// The configuration wants more tokens than the file lists.
  case tooFewTokens(wanted: Int, listed: Int)
  /// A token is not at the place of its rank.
  case rankOutOfOrder(index: Int, rank: Int)
  /// The bytes of a token are no base64.
  case badBase64(index: Int)
  /// A token of the vocabulary has no bytes.
  case emptyToken(index: Int)
  /// One of the first 256 tokens is not the byte of its rank.
  case notTheByte(index: Int)
  /// Two ranks have the same token.
  case duplicateToken(index: Int, earlier: Int)
  /// A special token is outside the special ids, or listed twice.
  case badSpecial(index: Int, rank: Int, count: Int)

  /// What and where.
  package var description: String {
    switch self {
    case .badCount(let path, let count): "\(path): \(count) is not a possible number of tokens"
    case .tooFewTokens(let wanted, let listed):
      "vocab: the configuration wants \(wanted) tokens, \(listed) are listed"
    case .rankOutOfOrder(let index, let rank): "vocab[\(index)].rank: \(index) expected, found \(rank)"
    case .badBase64(let index): "vocab[\(index)].token_bytes: is not base64"
    case .emptyToken(let index): "vocab[\(index)].token_bytes: has no bytes"
    case .notTheByte(let index):
      "vocab[\(index)].token_bytes: the first 256 tokens are the bytes by their number; this is not \(index)"
    case .duplicateToken(let index, let earlier):
      "vocab[\(index)].token_bytes: is the token of rank \(earlier) already"
    case .badSpecial(let index, let rank, let count):
      "special_tokens[\(index)].rank: \(rank) is taken or outside 0…\(count - 1)"
    }
  }

  /// What to do where the library itself refuses the file.
  package var hint: String? {
    switch self {
    case .notTheByte, .duplicateToken:
      "mistral-common does not load the file either; take it as it was published with the model"
    default: nil
    }
  }
}
