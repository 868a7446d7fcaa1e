import CMCFastJSON

/// Writes the byte-level vocabulary the way GPT-2's descendants with ChatML are written.
struct MeadowFiles {
  static let special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|pad|>"]

  let vocabulary: ByteLevelVocabulary

  /// The files of the folder.
  var files: [DemoFile] {
    [
      DemoFile(path: "meadow/tokenizer.json", bytes: tokenizer),
      DemoFile(path: "meadow/tokenizer_config.json", bytes: configuration),
      DemoFile(path: "meadow/generation_config.json", bytes: generation),
    ]
  }

  private var firstSpecial: Int { vocabulary.pieces.count }

  private var tokenizer: [UInt8] {
    let special = Self.special.enumerated().map { SpecialToken(id: firstSpecial + $0, content: $1) }
    return JSONWriter.file { file in
      file.header(added: special)
      file.member("normalizer", nil)
      file.step("pre_tokenizer", "ByteLevel", Self.byteLevel)
      file.step("post_processor", "ByteLevel", Self.byteLevel)
      file.step("decoder", "ByteLevel", Self.byteLevel)
      file.step("model", "BPE") {
        $0.member("dropout", nil)
        $0.member("unk_token", nil)
        $0.member("continuing_subword_prefix", nil)
        $0.member("end_of_word_suffix", nil)
        $0.member("fuse_unk", false)
        $0.member("byte_fallback", false)
        $0.member("ignore_merges", false)
        $0.vocabulary(vocabulary.pieces)
        $0.merges(vocabulary.merges, vocabulary.pieces, asPairs: true)
      }
    }
  }

  private static func byteLevel(_ step: inout JSONWriter) {
    step.member("add_prefix_space", false)
    step.member("trim_offsets", true)
    step.member("use_regex", true)
  }

  private var configuration: [UInt8] {
    JSONWriter.file {
      $0.member("tokenizer_class", "GPT2Tokenizer")
      $0.member("bos_token", "<|endoftext|>")
      $0.member("eos_token", "<|im_end|>")
      $0.member("pad_token", "<|pad|>")
      $0.member(
        "chat_template",
        "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")
    }
  }

  private var generation: [UInt8] {
    JSONWriter.file {
      $0.member("bos_token_id", firstSpecial)
      $0.member("eos_token_id", [firstSpecial + 2, firstSpecial])
      $0.member("pad_token_id", firstSpecial + 3)
    }
  }
}
