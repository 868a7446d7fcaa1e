import CMCVocabulary

/// What one of transformers' classes builds over the pieces of a SentencePiece BPE model that has no `tokenizer.json`.
///
/// Only vocabulary and merges are the model's then: the classes leave its normaliser out, and rank merges by ids.
struct ModelFileRule {
  /// Which class it is; only those that are carried out.
  enum Kind { case llama, codeLlama, gemma }

  let kind: Kind

  /// The rule of a class; nil where it is not carried out.
  init?(_ name: String) {
    switch name {
    case "LlamaTokenizer", "Phi3Tokenizer": kind = .llama
    case "CodeLlamaTokenizer": kind = .codeLlama
    case "GemmaTokenizer": kind = .gemma
    default: return nil
    }
  }

  /// Special tokens that the class has where no file states others, by name.
  var defaults: [(name: String, text: String)] {
    switch kind {
    case .llama: [("unk_token", "<unk>"), ("bos_token", "<s>"), ("eos_token", "</s>")]
    case .codeLlama:
      [
        ("unk_token", "<unk>"), ("bos_token", "<s>"), ("eos_token", "</s>"),
        ("prefix_token", "\u{2581}<PRE>"),
        ("middle_token", "\u{2581}<MID>"), ("suffix_token", "\u{2581}<SUF>"),
        ("eot_token", "\u{2581}<EOT>"),
      ]
    case .gemma:
      [
        ("unk_token", "<unk>"), ("bos_token", "<bos>"), ("eos_token", "<eos>"), ("pad_token", "<pad>"),
        ("mask_token", "<mask>"),
      ]
    }
  }

  /// Whether a beginning is put before a text where no file speaks of it.
  var beginsByDefault: Bool { kind == .codeLlama }

  /// When a space is put before a text.
  func scheme(_ files: ClassFiles) -> PrependScheme {
    switch kind {
    case .gemma: return .never
    case .llama, .codeLlama:
      guard files.flag("add_prefix_space") ?? true else { return .never }
      return kind == .llama && files.flag("legacy") == true ? .always : .first
    }
  }

  /// Whether a space at the beginning of decoded text is taken off.
  func dropsFirstSpace(_ files: ClassFiles) -> Bool {
    switch kind {
    case .gemma: false
    case .codeLlama: true
    case .llama: scheme(files) != .never
    }
  }
}
