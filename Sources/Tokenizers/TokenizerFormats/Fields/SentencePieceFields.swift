package import CMCFieldTables

extension FieldTable {
  /// The fields of a SentencePiece model, by the names of its protocol buffer.
  package static let sentencePiece = FieldTable(
    "sentencepiece", definedBy: "sentencepiece 0.2.3: sentencepiece_model.proto", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("pieces", "the vocabulary"),
          .carriedOut("trainer_spec", "the algorithm and its special pieces"),
          .carriedOut("normalizer_spec", "what is done to text first"),
          .carriedOut("denormalizer_spec", "a map in it: decoding is refused by name"),
          .harmless("self_test_data", "texts that the trainer tried"),
        ]),
      FieldSection(
        "pieces",
        [
          .carriedOut("piece", "its text"), .carriedOut("score", "its score"),
          .carriedOut("type", "NORMAL, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE"),
        ]),
      FieldSection(
        "trainer_spec", used + SentencePieceFieldNumbers.ofTraining.map { .harmless($0, "of training only") }),
      FieldSection(
        "normalizer_spec",
        [
          .harmless("name", "names the rules that the map was made from"),
          .carriedOut("precompiled_charsmap", "what is replaced by what"),
          .carriedOut("add_dummy_prefix", "a blank before a text, or behind it"),
          .carriedOut("remove_extra_whitespaces", "blanks at the ends, and of several all but one"),
          .carriedOut("escape_whitespaces", "U+2581 for a blank"),
          .harmless("normalization_rule_tsv", "the file that the map was made from"),
        ]),
    ])

  private static let used: [FieldRow] = [
    .carriedOut("model_type", "UNIGRAM, BPE, WORD, CHAR"),
    .carriedOut("treat_whitespace_as_suffix", "the blank that encoding adds is put behind the text"),
    .carriedOut("byte_fallback", "bytes for a character without a piece: all 256, or none"),
    .carriedOut("unk_id", "a role"), .carriedOut("bos_id", "a role"), .carriedOut("eos_id", "a role"),
    .carriedOut("pad_id", "a role"), .carriedOut("unk_piece", "a role"), .carriedOut("bos_piece", "a role"),
    .carriedOut("eos_piece", "a role"), .carriedOut("pad_piece", "a role"),
    .carriedOut("unk_surface", "what an unknown piece is decoded to"),
  ]
}

/// The numbers of the fields that nothing reads, by which they stand in a file.
enum SentencePieceFieldNumbers {
  /// Fields of the trainer's specification that say how the model was made.
  static let training: [Int: String] = [
    1: "input", 2: "model_prefix", 4: "vocab_size", 5: "accept_language", 6: "self_test_sample_size",
    7: "input_format",
    10: "character_coverage", 11: "input_sentence_size", 12: "mining_sentence_size",
    13: "training_sentence_size",
    14: "seed_sentencepiece_size", 15: "shrinking_factor", 16: "num_threads", 17: "num_sub_iterations",
    18: "max_sentence_length", 19: "shuffle_input_sentence", 20: "max_sentencepiece_length",
    21: "split_by_unicode_script", 22: "split_by_whitespace", 23: "split_by_number", 25: "split_digits",
    26: "allow_whitespace_only_pieces", 30: "control_symbols", 31: "user_defined_symbols",
    32: "vocabulary_output_piece_score", 33: "hard_vocab_limit", 34: "use_all_vocab", 36: "required_chars",
    49: "train_extremely_large_corpus", 50: "enable_differential_privacy",
    51: "differential_privacy_noise_level",
    52: "differential_privacy_clipping_threshold", 53: "pretokenization_delimiter",
    54: "seed_sentencepieces_file",
    55: "auto_character_coverage",
  ]
  /// Their names in the order of their numbers.
  static let ofTraining = training.sorted { $0.key < $1.key }.map(\.value)
  /// Fields of a normaliser's specification.
  static let normalization = [6: "normalization_rule_tsv"]
  /// Fields of the file.
  static let model = [4: "self_test_data"]
}
