import CMCVocabulary

/// How canonical bytes become text again.
///
/// Canonical bytes already are what each token contributes to text; the decoders of the original libraries add what
/// depends on the neighbours: the space before the first word, and BERT's clean-up.
struct DecodingPlan: Sendable {
  /// Whether one space at the very beginning is not part of the text.
  private(set) var dropsFirstSpace = false
  /// Whether the mark for the end of a word is no space behind the last token (BPEDecoder).
  private(set) var dropsLastSpace = false
  /// Whether words are put together as the HF library's WordPiece does: spaces before special tokens that are shown, and
  /// a first token that is shown as it is spelled.
  private(set) var joinsWordPieces = false
  /// Whether a token of punctuation loses its space (WordPiece's clean-up).
  private(set) var cleansUp = false

  /// Canonical bytes joined.
  init() {}

  /// - Throws: ``TokenizationError/unsupported(part:name:tokenizer:)`` for a step that canonical bytes do not cover.
  init(_ description: TokenizerDescription) throws(TokenizationError) {
    var isFused = false
    for decoder in description.decoders {
      switch decoder {
      case .strip(let content, let start, let stop):
        guard content == " ", start <= 1, stop == 0, isFused || start == 0 else {
          throw .unsupported(
            part: "decoder", name: "Strip of \(content.debugDescription), start \(start), stop \(stop)",
            tokenizer: description.name)
        }
        if start > 0 { dropsFirstSpace = true }
      case .metaspace(_, let prepend): if prepend != .never { dropsFirstSpace = true }
      case .wordPiece(_, let cleanup):
        dropsFirstSpace = true
        joinsWordPieces = true
        cleansUp = cleanup
      case .bpe: dropsLastSpace = true
      case .fuse: isFused = true
      case .byteLevel, .byteFallback, .replace(.literal("\u{2581}"), with: " "): continue
      case .replace: throw .unsupported(part: "decoder", name: "Replace", tokenizer: description.name)
      case .ctc: throw .unsupported(part: "decoder", name: "CTC", tokenizer: description.name)
      case .unknown(let name): throw .unsupported(part: "decoder", name: name, tokenizer: description.name)
      }
    }
    if case .wordPiece = description.algorithm, description.decoders.isEmpty { dropsFirstSpace = true }
  }

  /// Whether BERT's clean-up takes the space from a token that begins with one.
  static func isCleaned(_ token: ArraySlice<UInt8>) -> Bool {
    token.first == UInt8(ascii: " ") && cleaned.contains { token.dropFirst().starts(with: $0) }
  }

  private static let cleaned: [[UInt8]] = [".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"].map {
    Array($0.utf8)
  }
}
