internal import CMCAlignment
internal import CMCPrimitives
internal import CMCVocabulary

/// One token of a vocabulary with everything a table shows of it.
struct TokenRow: Sendable {
  let id: Int32
  let piece: String
  let kind: TokenKind
  let tokenClass: TokenClass
  let byteCount: Int
  let roles: [TokenRole]

  init(_ id: Int32, _ vocabulary: Vocabulary) {
    self.id = id
    kind = vocabulary.kind(id)
    let bytes = vocabulary.canonical[Int(id)]
    piece = TokenDisplay.string(bytes, kind: kind)
    tokenClass = TokenClass(id, in: vocabulary)
    byteCount = bytes.count
    roles = vocabulary.roles(of: id).roles
  }
}
