import CMCPrimitives
package import CMCVocabulary

/// What is wrong with an RWKV vocabulary file.
package enum RWKVError: DescribedError, Equatable {
  /// The file has no token.
  case empty
  /// A line is not an id, a Python literal and a length.
  case malformedLine(line: Int, reason: String)
  /// The literal does not have the length that the line says.
  case wrongLength(line: Int, stated: Int, actual: Int)
  /// The id is given to two tokens, or cannot be one.
  case id(line: Int, VocabularyError)
  /// Two ids have the same token.
  case duplicateToken(token: String, earlier: Int, later: Int)
  /// The tokens are no vocabulary.
  case vocabulary(VocabularyError)

  /// What and where.
  package var description: String {
    switch self {
    case .empty: "is not an RWKV vocabulary: it holds no tokens"
    case .malformedLine(let line, let reason): "line \(line): \(reason)"
    case .wrongLength(let line, let stated, let actual):
      "line \(line): the token has \(actual) bytes, but the line says \(stated)"
    case .id(let line, let error): "line \(line): \(error.description)"
    case .duplicateToken(let token, let earlier, let later): "ids \(earlier) and \(later) are both \(token)"
    case .vocabulary(let error): error.description
    }
  }

  /// What a line looks like.
  package var hint: String? {
    switch self {
    case .empty, .malformedLine:
      "each line is an id, a Python literal such as 'a' or b'\\xff', and its length in bytes"
    default: nil
    }
  }
}
