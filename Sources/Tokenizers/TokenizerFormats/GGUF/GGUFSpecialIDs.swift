internal import CMCGGUF

/// The ids of special tokens that llama.cpp works with: a file's, where they are ids, else its own for the model.
struct GGUFSpecialIDs {
  /// What a special token is for; the raw value is the beginning of its key.
  enum Purpose: String, CaseIterable {
    case bos, eos, eot, eom, unknown, separator, padding, mask
    case fimPrefix, fimSuffix, fimMiddle, fimPadding, fimRepository, fimFile

    /// The keys that name it; of several that are there the last counts.
    var keys: [String] {
      switch self {
      // The format's own name is misspelt, and llama.cpp reads no other.
      case .separator: ["seperator_token_id"]
      case .fimPrefix: ["fim_pre_token_id", "prefix_token_id"]
      case .fimSuffix: ["fim_suf_token_id", "suffix_token_id"]
      case .fimMiddle: ["fim_mid_token_id", "middle_token_id"]
      case .fimPadding: ["fim_pad_token_id"]
      case .fimRepository: ["fim_rep_token_id"]
      case .fimFile: ["fim_sep_token_id"]
      default: ["\(rawValue)_token_id"]
      }
    }
  }

  private var ids: [Purpose: Int32] = [:]
  private var stated: Set<Purpose> = []

  /// - Parameters:
  ///   - name: `tokenizer.ggml.model`, as the file has it.
  ///   - count: How many rows the list of tokens has.
  init(_ header: GGUFHeader, name: GGUFTokenizerModel, pre: String?, count: Int) {
    for (purpose, id) in Self.defaults(of: name, pre: pre) where id < count { ids[purpose] = Int32(id) }
    for purpose in Purpose.allCases {
      for key in purpose.keys {
        guard let id = header["tokenizer.ggml.\(key)"]?.integer, (0..<count).contains(id) else { continue }
        ids[purpose] = Int32(id)
        stated.insert(purpose)
      }
    }
    guard name == .bert else { return }
    // Where llama.cpp would find nothing and stop, the tokens that a WordPiece model surely means.
    func id(_ role: String) -> Int32? {
      header["tokenizer.ggml.\(role)_token_id"]?.integer.flatMap {
        (0..<count).contains($0) ? Int32($0) : nil
      }
    }
    ids[.bos] = ids[.bos] ?? id("cls")
    ids[.separator] = ids[.separator] ?? id("separator") ?? ids[.eos]
  }

  /// The id for a purpose, or nil where there is none.
  subscript(purpose: Purpose) -> Int32? { ids[purpose] }

  /// Whether a file names the token, and not llama.cpp alone.
  func isStated(_ purpose: Purpose) -> Bool { stated.contains(purpose) }

  /// What llama.cpp takes where a file says nothing; facts of its `llama-vocab.cpp`.
  private static func defaults(of model: GGUFTokenizerModel, pre: String?) -> [Purpose: Int] {
    switch model {
    case .llama: [.bos: 1, .eos: 2, .unknown: 0]
    case .bert: [.bos: 101, .unknown: 100, .separator: 102, .padding: 0, .mask: 103]
    case .t5: [.eos: 1, .unknown: 2, .padding: 0]
    case .gemma4: [:]
    case .gpt2:
      ["chatglm-bpe", "glm4", "glm5"].contains(pre) ? [.eos: 11] : [.bos: 11, .eos: 11]
    }
  }
}
