internal import CMCVocabulary

/// One family of vocabularies: what tells it, and the roles of its tokens.
struct KnownFamily {
  /// The name that overrides and tables use.
  let name: String
  /// One more than the highest id of the tokens that all members share.
  let limit: Int
  /// ``Vocabulary/textFingerprint(below:)`` with that limit.
  let fingerprint: String
  /// The pieces of special tokens with a role; the first of a role is its primary one.
  let roles: [(role: TokenRole, piece: String)]

  init(
    _ name: String, below limit: Int, _ fingerprint: String, _ roles: [(role: TokenRole, piece: String)] = []
  ) {
    self.name = name
    self.limit = limit
    self.fingerprint = fingerprint
    self.roles = roles
  }
}
