import CMCPrimitives
package import CMCVocabulary

/// What is wrong with a tiktoken rank file.
package enum TiktokenError: DescribedError, Equatable {
  /// The file has no rank.
  case empty
  /// A line is not base64, one space, and a decimal number.
  case malformedLine(line: Int, reason: String)
  /// A rank is given to two tokens, or cannot be an id.
  case rank(line: Int, VocabularyError)
  /// Two ranks have the same token.
  case duplicateToken(line: Int, token: String, earlier: Int, later: Int)
  /// The ranks are no vocabulary.
  case vocabulary(VocabularyError)

  /// What and where.
  package var description: String {
    switch self {
    case .empty: "is not a tiktoken file: it holds no ranks"
    case .malformedLine(let line, let reason): "line \(line): \(reason)"
    case .rank(let line, let error): "line \(line): \(error.description)"
    case .duplicateToken(let line, let token, let earlier, let later):
      "line \(line): \(token) has rank \(later), but has rank \(earlier) already"
    case .vocabulary(let error): error.description
    }
  }

  /// What a line looks like.
  package var hint: String? {
    switch self {
    case .empty, .malformedLine: "each line is a token in base64, a space, and its rank"
    default: nil
    }
  }
}
