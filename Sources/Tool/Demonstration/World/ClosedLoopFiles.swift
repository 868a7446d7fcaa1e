import CMCFastJSON

/// The files of the closed loop's vocabularies.
enum ClosedLoopFiles {
  static let oneMarkers = ["<|begin|>", "<|user|>", "<|bot|>", "<|end|>"]
  static let twoControl = ["<unk>", "<s>", "</s>", "[INST]", "[/INST]"]

  /// The byte-level vocabulary.
  static func one(_ vocabulary: ByteLevelVocabulary) -> [DemoFile] {
    let first = vocabulary.pieces.count
    let markers = oneMarkers.enumerated().map { SpecialToken(id: first + $0, content: $1) }
    let tokenizer = JSONWriter.file { file in
      file.header(added: markers)
      file.member("normalizer", nil)
      file.step("pre_tokenizer", "ByteLevel", byteLevel)
      beginning("<|begin|>", id: first, &file)
      file.step("decoder", "ByteLevel", byteLevel)
      model(vocabulary.pieces, vocabulary.merges, unknown: nil, &file)
    }
    let configuration = JSONWriter.file {
      $0.member("tokenizer_class", "PreTrainedTokenizerFast")
      $0.member("bos_token", "<|begin|>")
      $0.member("eos_token", "<|end|>")
    }
    return [
      DemoFile(path: "one/tokenizer.json", bytes: tokenizer),
      DemoFile(path: "one/tokenizer_config.json", bytes: configuration),
    ]
  }

  /// The vocabulary with byte fallback.
  static func two(_ vocabulary: ByteFallbackVocabulary) -> [DemoFile] {
    let markers = twoControl.enumerated().map { SpecialToken(id: $0, content: $1) }
    let tokenizer = JSONWriter.file { file in
      file.header(added: markers)
      file.key("normalizer")
      file.replacement(" ", "▁")
      file.member("pre_tokenizer", nil)
      beginning("<s>", id: 1, &file)
      file.step("decoder", "Sequence") {
        $0.key("decoders")
        $0.array {
          $0.replacement("▁", " ")
          $0.step("ByteFallback")
          $0.step("Fuse")
        }
      }
      model(vocabulary.pieces, vocabulary.merges, unknown: "<unk>", &file)
    }
    let configuration = JSONWriter.file {
      $0.member("tokenizer_class", "PreTrainedTokenizerFast")
      $0.member("bos_token", "<s>")
      $0.member("eos_token", "</s>")
      $0.member("unk_token", "<unk>")
    }
    return [
      DemoFile(path: "two/tokenizer.json", bytes: tokenizer),
      DemoFile(path: "two/tokenizer_config.json", bytes: configuration),
    ]
  }

  private static func byteLevel(_ step: inout JSONWriter) {
    step.member("add_prefix_space", false)
    step.member("trim_offsets", true)
    step.member("use_regex", true)
  }

  /// Puts a token before every text.
  private static func beginning(_ token: String, id: Int, _ file: inout JSONWriter) {
    file.step("post_processor", "TemplateProcessing") { template in
      for (name, sequences) in [("single", ["A"]), ("pair", ["A", "B"])] {
        template.key(name)
        template.array { items in
          for (index, sequence) in sequences.enumerated() {
            for (kind, id) in [("SpecialToken", token), ("Sequence", sequence)] {
              items.object {
                $0.key(kind)
                $0.object {
                  $0.member("id", id)
                  $0.member("type_id", index)
                }
              }
            }
          }
        }
      }
      template.key("special_tokens")
      template.object {
        $0.key(token)
        $0.object {
          $0.member("id", token)
          $0.member("ids", [id])
          $0.key("tokens")
          $0.array { $0.value(token) }
        }
      }
    }
  }

  private static func model(
    _ pieces: [[UInt8]], _ merges: [PairTrainer.Merge], unknown: String?, _ file: inout JSONWriter
  ) {
    file.step("model", "BPE") {
      $0.member("dropout", nil)
      $0.member("unk_token", unknown)
      $0.member("continuing_subword_prefix", nil)
      $0.member("end_of_word_suffix", nil)
      $0.member("fuse_unk", unknown != nil)
      $0.member("byte_fallback", unknown != nil)
      $0.member("ignore_merges", false)
      $0.vocabulary(pieces)
      $0.merges(merges, pieces, asPairs: true)
    }
  }
}
