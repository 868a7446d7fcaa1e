import CMCFastJSON

/// Writes the vocabulary with byte fallback the way Llama's converted tokenizers are written.
struct HarborFiles {
  static let control = ["<unk>", "<s>", "</s>"]
  static let turns = ["<|user|>", "<|assistant|>", "<|end|>"]

  let vocabulary: ByteFallbackVocabulary

  /// The files of the folder.
  var files: [DemoFile] {
    [
      DemoFile(path: "harbor/tokenizer.json", bytes: tokenizer),
      DemoFile(path: "harbor/tokenizer_config.json", bytes: configuration),
      DemoFile(path: "harbor/generation_config.json", bytes: generation),
    ]
  }

  private var endOfTurn: Int { vocabulary.pieces.count + Self.turns.count - 1 }

  private var tokenizer: [UInt8] {
    let control = Self.control.enumerated().map { SpecialToken(id: $0, content: $1) }
    let turns = Self.turns.enumerated().map { SpecialToken(id: vocabulary.pieces.count + $0, content: $1) }
    return JSONWriter.file { file in
      file.header(added: control + turns)
      file.step("normalizer", "Sequence") {
        $0.key("normalizers")
        $0.array {
          $0.step("Prepend") { $0.member("prepend", "▁") }
          $0.replacement(" ", "▁")
        }
      }
      file.member("pre_tokenizer", nil)
      file.step("post_processor", "TemplateProcessing") { template in
        template.key("single")
        template.array { Self.sequence("A", typeID: 0, &$0) }
        template.key("pair")
        template.array {
          Self.sequence("A", typeID: 0, &$0)
          Self.sequence("B", typeID: 1, &$0)
        }
        template.key("special_tokens")
        template.object {
          $0.key("<s>")
          $0.object {
            $0.member("id", "<s>")
            $0.member("ids", [1])
            $0.key("tokens")
            $0.array { $0.value("<s>") }
          }
        }
      }
      file.step("decoder", "Sequence") {
        $0.key("decoders")
        $0.array {
          $0.replacement("▁", " ")
          $0.step("ByteFallback")
          $0.step("Fuse")
          $0.step("Strip") {
            $0.member("content", " ")
            $0.member("start", 1)
            $0.member("stop", 0)
          }
        }
      }
      file.step("model", "BPE") {
        $0.member("dropout", nil)
        $0.member("unk_token", "<unk>")
        $0.member("continuing_subword_prefix", nil)
        $0.member("end_of_word_suffix", nil)
        $0.member("fuse_unk", true)
        $0.member("byte_fallback", true)
        $0.member("ignore_merges", false)
        $0.vocabulary(vocabulary.pieces)
        $0.merges(vocabulary.merges, vocabulary.pieces, asPairs: false)
      }
    }
  }

  /// `<s>` and one text of a template.
  private static func sequence(_ name: String, typeID: Int, _ items: inout JSONWriter) {
    for (kind, id) in [("SpecialToken", "<s>"), ("Sequence", name)] {
      items.object {
        $0.key(kind)
        $0.object {
          $0.member("id", id)
          $0.member("type_id", typeID)
        }
      }
    }
  }

  private var configuration: [UInt8] {
    JSONWriter.file {
      $0.member("tokenizer_class", "PreTrainedTokenizerFast")
      $0.member("bos_token", "<s>")
      $0.member("eos_token", "</s>")
      $0.member("unk_token", "<unk>")
      $0.member("add_bos_token", true)
      $0.member("add_eos_token", false)
      $0.member(
        "chat_template",
        "{% for m in messages %}{{ '<|' + m['role'] + '|>\\n' + m['content'] + '<|end|>\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% endif %}")
    }
  }

  private var generation: [UInt8] {
    JSONWriter.file {
      $0.member("bos_token_id", 1)
      $0.member("eos_token_id", [2, endOfTurn])
    }
  }
}
