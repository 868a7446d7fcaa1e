public import CMCPrimitives
public import CMCRegularExpressions

/// Why a text cannot be encoded or decoded.
public enum TokenizationError: DescribedError, Equatable {
  /// The tokenizer has a part that this version does not execute.
  case unsupported(part: String, name: String, tokenizer: String)
  /// The pattern that cuts text into words is not known.
  case missingPattern(tokenizer: String)
  /// The pattern cannot be used.
  case badPattern(RegexError, tokenizer: String)
  /// The pattern that cuts text into words matches nothing somewhere in a text, at which tiktoken fails.
  case emptyMatch(pattern: String)
  /// The compiled character map of SentencePiece is damaged.
  case badCharacterMap(String, tokenizer: String)
  /// The pieces of a Unigram model make more than 2^24 nodes of a trie.
  case vocabularyTooLarge(tokenizer: String)
  /// The text is not well-formed UTF-8, and the caller wants no replacement.
  case invalidUTF8(offset: Int)
  /// Text without a token, in a model that neither drops it nor has an unknown token.
  case noUnknown(reason: String, tokenizer: String)
  /// The steps of a tokenizer make a text longer than any that is used.
  case growsTooLong(limit: Int)
  /// Tokens that a decoder has no text for.
  case undecodable(String)
  /// An id that has no token.
  case unknownID(Int32, position: Int, tokenizer: String)

  /// What, where, and what to do.
  public var description: String {
    switch self {
    case .unsupported(let part, let name, let tokenizer):
      "\(oneLine(tokenizer)) has the \(part) \(oneLine(name)), which is not supported; it can be aligned, but not encode text"
    case .missingPattern(let tokenizer):
      "\(oneLine(tokenizer)) does not say how text is cut into words; take the tokenizer.json of the model, or state it "
        + "(`cmc tokenize --split-pattern`)"
    case .badPattern(let error, let tokenizer): "\(oneLine(tokenizer)): \(error)"
    case .emptyMatch(let pattern):
      "the split pattern \(oneLine(pattern, limit: 120)) matches nothing somewhere in the text, at which tiktoken fails"
    case .badCharacterMap(let what, let tokenizer):
      "\(oneLine(tokenizer)): the precompiled character map is damaged: \(oneLine(what))"
    case .vocabularyTooLarge(let tokenizer):
      "\(oneLine(tokenizer)): the pieces of the Unigram model are too many and too long to encode with; it can be aligned"
    case .invalidUTF8(let offset):
      "the text is not UTF-8 at byte \(offset); leave out --invalid error to have such bytes replaced by U+FFFD"
    case .noUnknown(let reason, let tokenizer):
      "\(oneLine(tokenizer)): the text has a part without a token, and \(reason)"
    case .growsTooLong(let limit):
      "the tokenizer's own replacements make the text longer than \(limit) bytes, the limit for its length"
    case .undecodable(let reason): "\(oneLine(reason)), at which the original library fails"
    case .unknownID(let id, let position, let tokenizer):
      "id \(id) at place \(position) has no token in \(oneLine(tokenizer))"
    }
  }

  /// What to do, where the description does not say it.
  public var hint: String? {
    switch self {
    case .unknownID: "ids count the tokens from 0 on; cmc inspect shows them"
    case .noUnknown:
      "take the tokenizer as it was published with the model, or leave that part of the text out"
    default: nil
    }
  }
}
