import CMCPrimitives

/// What is wrong with a `tokenizer.json`, beside JSON itself and the vocabulary's ids.
package enum HFTokenizerError: DescribedError, Equatable {
  /// An id is no whole number that a vocabulary can have.
  case badID(path: String, found: String)
  /// The id that the library gives to an added token belongs to a piece of the model.
  case addedIDTaken(path: String, id: Int, piece: String)
  /// The vocabulary lists a piece twice.
  case duplicatePiece(piece: String, id: Int, otherID: Int)
  /// A merge is not two parts.
  case malformedMerge(index: Int, text: String)
  /// A part of a merge is empty.
  case emptyMergePart(index: Int, text: String)
  /// A part of a merge, or what it makes, is no piece of the vocabulary.
  case unknownMergePiece(index: Int, text: String, piece: String)
  /// The number of the unknown piece is beyond the vocabulary.
  case unknownIDOutOfRange(id: Int, count: Int)
  /// A text that should be base64 is none.
  case badBase64(path: String)
  /// A setting has a value that its format does not have.
  case badValue(path: String, value: String, allowed: String)
  /// A number does not fit.
  case numberOutOfRange(path: String)

  /// What and where.
  package var description: String {
    switch self {
    case .badID(let path, let found): "\(path): a token id expected, found \(found)"
    case .addedIDTaken(let path, let id, let piece):
      "\(path): the token has id \(id), as the tokenizers library counts, but that is \(piece) in model.vocab"
    case .duplicatePiece(let piece, let id, let other):
      "model.vocab: \(piece) is there twice, as id \(id) and \(other)"
    case .malformedMerge(let index, let text): "model.merges[\(index)]: \(text) is not two parts"
    case .emptyMergePart(let index, let text): "model.merges[\(index)]: \(text) has an empty part"
    case .unknownMergePiece(let index, let text, let piece):
      "model.merges[\(index)]: \(text) needs \(piece), which is not in the vocabulary"
    case .unknownIDOutOfRange(let id, let count): "model.unk_id: \(id) is beyond the vocabulary of \(count)"
    case .badBase64(let path): "\(path): is not base64"
    case .badValue(let path, let value, let allowed): "\(path): \(value) is not one of \(allowed)"
    case .numberOutOfRange(let path): "\(path): the number is out of range"
    }
  }

  /// The HF library refuses such files too.
  package var hint: String? {
    switch self {
    case .unknownMergePiece, .emptyMergePart, .malformedMerge:
      "vocabulary and merges do not belong together; download the file again"
    default: nil
    }
  }
}
