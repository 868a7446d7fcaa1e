import CMCPrimitives

/// What is wrong with a configuration file beside a tokenizer, beside JSON itself.
package enum SideFileError: DescribedError, Equatable {
  /// The key of a token is no id.
  case badID(path: String, text: String)
  /// The stated number of logits cannot be.
  case badWidth(path: String, count: Int)
  /// A token's id is negative or beyond what a vocabulary can have.
  case idOutOfRange(key: String, id: Int)
  /// The class that transformers takes for the folder is not carried out over its files.
  case classRefused(source: String, reason: String)
  /// The class that transformers takes for a `vocab.txt`, or for `vocab.json` and `merges.txt`, is not carried out.
  ///
  /// `isBuilt` is whether transformers builds a tokenizer of these files.
  case plainClassRefused(source: String, reason: String, isBuilt: Bool)
  /// A tokenizer without a `tokenizer.json` does not have the token of a role which it must have.
  case roleMissing(name: String, text: String?)
  /// The next id, which an added token would have, is that of a piece.
  case idTaken(key: String, id: Int)

  /// What and where.
  package var description: String {
    switch self {
    case .badID(let path, let text): "\(path): \(quoted(Array(text.utf8))) is not a token id"
    case .badWidth(let path, let count): "\(path): \(count) is not a possible number of tokens"
    case .idOutOfRange(let key, let id): "\(key): token id \(id) is out of range"
    case .classRefused(let source, let reason):
      "\(oneLine(source, limit: 120)): \(reason); the model alone in a folder is read as SentencePiece does"
    case .plainClassRefused(let source, let reason, _): "\(oneLine(source, limit: 120)): \(reason)"
    case .roleMissing(let name, let text):
      text.map { "\(name): \(quoted(Array($0.utf8))) is no line of vocab.txt" }
        ?? "\(name): the tokenizer cannot be used without one"
    case .idTaken(let key, let id): "\(key): the token would be added as id \(id), which another piece has"
    }
  }

  /// What to do where a class is not carried out.
  package var hint: String? {
    switch self {
    case .plainClassRefused(_, _, isBuilt: true):
      "take a tokenizer.json of it, which transformers writes for its fast classes (save_pretrained)"
    case .plainClassRefused: "name the class that the files are of, or none"
    default: nil
    }
  }
}
