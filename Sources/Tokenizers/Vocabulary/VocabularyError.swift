public import CMCPrimitives

/// What makes a list of tokens no vocabulary.
public enum VocabularyError: DescribedError, Equatable {
  /// There is no token.
  case empty
  /// An id is negative or at or beyond ``VocabularyBuilder/idLimit``.
  case idOutOfRange(Int)
  /// Two tokens have the same id.
  case duplicateID(Int)
  /// A configuration gives a role to an id that no token has.
  case roleWithoutToken(TokenRole, Int, String)

  /// What and where.
  public var description: String {
    switch self {
    case .empty: "has no tokens"
    case .idOutOfRange(let id):
      "token id \(id) is outside 0…\(VocabularyBuilder.idLimit - 1)"
    case .duplicateID(let id): "token id \(id) is given to two tokens"
    case .roleWithoutToken(let role, let id, let source):
      "\(source) names id \(id) as \(role.name), but there is no such token"
    }
  }
}
