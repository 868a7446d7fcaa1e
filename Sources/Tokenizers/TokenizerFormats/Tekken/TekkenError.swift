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
    case .badSpecial(let index, let rank, let count):
      "special_tokens[\(index)].rank: \(rank) is taken or outside 0…\(count - 1)"
    }
  }
}
