package import CMCGGUF
import CMCPrimitives
package import CMCVocabulary

/// What is wrong with the tokenizer in a GGUF file.
package enum GGUFTokenizerError: DescribedError, Equatable {
  /// The container is malformed, or an entry that is needed is missing or has another type.
  case container(GGUFError)
  /// The file is a model without a tokenizer.
  case noTokenizer
  /// `tokenizer.ggml.model` names an algorithm that is not read here.
  case unsupportedModel(String)
  /// A list that goes with the tokens has another length.
  case lengthMismatch(key: String, count: Int, tokens: Int)
  /// A token has a type that the format does not define.
  case unknownTokenType(id: Int, type: Int32)
  /// A token of type 6 (byte) is not spelled `<0xNN>`.
  case malformedByte(id: Int, piece: String)
  /// A score is not a number.
  case scoreNotFinite(id: Int)
  /// The tokens are no vocabulary.
  case vocabulary(VocabularyError)

  /// What and where.
  package var description: String {
    switch self {
    case .container(let error): error.description
    case .noTokenizer: "holds no tokenizer (tokenizer.ggml.tokens is missing or empty)"
    case .unsupportedModel(let model): "tokenizer.ggml.model is \(model), which is not supported"
    case .lengthMismatch(let key, let count, let tokens): "\(key) has \(count) entries for \(tokens) tokens"
    case .unknownTokenType(let id, let type):
      "tokenizer.ggml.token_type: token \(id) has the unknown type \(type)"
    case .malformedByte(let id, let piece):
      "tokenizer.ggml.tokens: token \(id) is of type byte, but \(piece) is not spelled <0xNN>"
    case .scoreNotFinite(let id): "tokenizer.ggml.scores: the score of token \(id) is not a finite number"
    case .vocabulary(let error): error.description
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .container(let error): error.hint
    case .noTokenizer: "name a GGUF file that was converted with its vocabulary"
    case .unsupportedModel: "llama, gpt2, bert, t5 and gemma4 are supported"
    default: nil
    }
  }
}
