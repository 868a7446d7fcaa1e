import Vocabulary

/// How canonical bytes become text again.
///
/// Canonical bytes already are what each token contributes to text; the decoders of the original libraries add what
/// depends on the neighbours: the space before the first word, and BERT's clean-up.
struct DecodingPlan: Sendable {
  /// Whether one space at the very beginning is not part of the text.
  private(set) var dropsFirstSpace = false
  /// Whether a token of punctuation loses its space (WordPiece's clean-up).
  private(set) var cleansUp = false

  init(_ description: TokenizerDescription) throws(TokenizationError) {
    for decoder in description.decoders {
      switch decoder {
      case .strip(let content, let start, _): if content == " ", start > 0 { dropsFirstSpace = true }
      case .metaspace(_, let prepend): if prepend != .never { dropsFirstSpace = true }
      case .wordPiece(_, let cleanup):
        dropsFirstSpace = true
        cleansUp = cleanup
      case .byteLevel, .byteFallback, .fuse, .replace, .bpe: continue
      case .unknown(let name): throw .unsupported(part: "decoder", name: name, tokenizer: description.name)
      }
    }
    if case .wordPiece = description.algorithm, description.decoders.isEmpty { dropsFirstSpace = true }
  }

  /// The tokens that BERT's clean-up writes without their space.
  static let cleaned: Set<[UInt8]> = Set(
    [" .", " ?", " !", " ,", " n't", " 'm", " 's", " 've", " 're"].map { Array($0.utf8) })
}
