public import CMCVocabulary

/// One token of a vocabulary with everything a table shows of it.
public struct TokenRow: Sendable {
  /// The token.
  public let token: ShownToken
  /// Its row in the script table.
  public let tokenClass: TokenClass
  /// Its roles.
  public let roles: [TokenRole]

  /// The row of an id that has a token.
  public init(_ id: Int32, _ vocabulary: Vocabulary) {
    token = vocabulary.token(id)
    tokenClass = TokenClass(id, in: vocabulary)
    roles = vocabulary.roles(of: id).roles
  }
}
