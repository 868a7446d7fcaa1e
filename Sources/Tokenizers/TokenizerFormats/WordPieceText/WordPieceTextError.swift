import CMCPrimitives

/// What is wrong with a `vocab.txt`.
package enum WordPieceTextError: DescribedError, Equatable {
  /// A line is not valid UTF-8.
  case invalidUTF8(line: Int)
  /// There are more lines than a vocabulary can have.
  case tooManyLines(limit: Int)

  /// What and where.
  package var description: String {
    switch self {
    case .invalidUTF8(let line): "line \(line): is not valid UTF-8"
    case .tooManyLines(let limit): "has more than \(limit) lines"
    }
  }
}
