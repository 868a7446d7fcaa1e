package import CMCPrimitives
package import CMCVocabulary

/// What is wrong with a `tokenizer.bin` of llama2.c.
package enum Llama2CError: DescribedError, Equatable {
  /// The file ends inside a token.
  case truncated(id: Int, ByteReaderError)
  /// There are not even the three special tokens.
  case tooFewTokens(count: Int)
  /// A token's length is negative or zero.
  case badLength(id: Int, length: Int32, at: Int)
  /// A score is not a number.
  case scoreNotFinite(id: Int)
  /// The tokens are no vocabulary.
  case vocabulary(VocabularyError)

  /// What and where.
  package var description: String {
    switch self {
    case .truncated(let id, let error): "token \(id): \(error.description)"
    case .tooFewTokens(let count): "is not a llama2.c tokenizer: it holds \(count) tokens"
    case .badLength(let id, let length, let at): "byte \(at): token \(id) has the length \(length)"
    case .scoreNotFinite(let id): "the score of token \(id) is not a finite number"
    case .vocabulary(let error): error.description
    }
  }
}
