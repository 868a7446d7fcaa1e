internal import CMCVocabulary

/// The values of `tokenizer.ggml.model` that are read.
enum GGUFTokenizerModel: String {
  /// SentencePiece BPE by score.
  case llama
  /// Byte-level BPE by merges.
  case gpt2
  /// WordPiece.
  case bert
  /// SentencePiece Unigram.
  case t5
  /// BPE by merges over SentencePiece's spelling, with byte tokens.
  case gemma4

  /// How ordinary tokens are spelled.
  var spelling: PieceSpelling {
    switch self {
    case .llama, .t5, .gemma4: .sentencePiece
    case .gpt2: .byteLevel
    case .bert: .wordPiece(continuation: "##")
    }
  }

  /// How user-defined tokens are spelled.
  ///
  /// SentencePiece has U+2581 in them too; converters that wrote a space in its place change nothing.
  var userDefinedSpelling: PieceSpelling {
    switch self {
    case .llama, .t5, .gemma4: .sentencePiece
    case .gpt2, .bert: .literal
    }
  }
}
