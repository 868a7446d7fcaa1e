package import CMCFieldTables

extension FieldTable {
  /// Every field of a `tokenizer.json`.
  package static let tokenizerJSON = FieldTable(
    "tokenizer.json",
    definedBy: "tokenizers 0.23: Tokenizer and its components, as they serialise themselves",
    unlisted: .refused,
    sections: [top, addedTokens] + normalizers + preTokenizers + models + postProcessors + decoders + parts)

  private static let type = FieldRow.carriedOut("type", "which component it is")

  private static let top = FieldSection(
    "",
    [
      .refused("version", unless: .string("1.0"), .null, asks: "a format of another version"),
      .harmless(
        "truncation", "the transformers library takes it off before each call that does not ask for it"),
      .harmless("padding", "the transformers library takes it off before each call that does not ask for it"),
      .carriedOut("added_tokens", "found in the text before everything else"),
      .carriedOut("normalizer", "applied before text is split"),
      .carriedOut("pre_tokenizer", "cuts text into words"),
      .carriedOut("post_processor", "puts tokens around a text"),
      .carriedOut("decoder", "turns tokens into text"),
      .carriedOut("model", "turns words into tokens"),
    ])

  private static let addedTokens = FieldSection(
    "added_tokens",
    [
      .carriedOut("id", "noted where the library counts another"),
      .carriedOut("content", "the text it is found by"),
      .carriedOut("single_word", "whether it must not touch a word"),
      .carriedOut("lstrip", "whether white space to its left belongs to it"),
      .carriedOut("rstrip", "whether white space to its right belongs to it"),
      .carriedOut("normalized", "whether it is looked for, itself normalised, in normalised text"),
      .carriedOut("special", "whether decoding leaves it out"),
      .harmless("__type", "names the Python class"),
    ])

  private static func section(_ stage: String, _ name: String, _ rows: FieldRow...) -> FieldSection {
    FieldSection("\(stage): \(name)", [type] + rows)
  }

  private static let pattern = FieldRow.carriedOut("pattern", "a text or a regular expression")

  private static let normalizers: [FieldSection] =
    ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt", "ByteLevel"].map {
      section("normalizer", $0)
    } + [
      section("normalizer", "Sequence", .carriedOut("normalizers", "the steps in order")),
      section(
        "normalizer", "Replace", pattern,
        .carriedOut(
          "content", "put in place of each match; a pattern that can match nothing is refused by name")),
      section("normalizer", "Prepend", .carriedOut("prepend", "put before a text that is not empty")),
      section(
        "normalizer", "Strip", .carriedOut("strip_left", "white space at the beginning"),
        .carriedOut("strip_right", "white space at the end")),
      section(
        "normalizer", "Precompiled", .carriedOut("precompiled_charsmap", "SentencePiece's compiled map")),
      section(
        "normalizer", "BertNormalizer", .carriedOut("clean_text", "control characters and white space"),
        .carriedOut("handle_chinese_chars", "blanks around ideographs"),
        .carriedOut("strip_accents", "as lowercase where it is null"), .carriedOut("lowercase", "lower case")),
    ]

  private static let preTokenizers: [FieldSection] =
    ["BertPreTokenizer", "Whitespace", "WhitespaceSplit"].map { section("pre_tokenizer", $0) } + [
      section("pre_tokenizer", "Sequence", .carriedOut("pretokenizers", "the steps in order")),
      byteLevel("pre_tokenizer"), metaspace("pre_tokenizer"),
      section("pre_tokenizer", "CharDelimiterSplit", .carriedOut("delimiter", "the character")),
      section(
        "pre_tokenizer", "Split", pattern, .carriedOut("behavior", "what becomes of a match"),
        .carriedOut("invert", "whether what lies between is taken for the match")),
      section("pre_tokenizer", "Punctuation", .carriedOut("behavior", "what becomes of punctuation")),
      section("pre_tokenizer", "Digits", .carriedOut("individual_digits", "whether each is a word")),
      section("pre_tokenizer", "FixedLength", .carriedOut("length", "characters of a word")),
      FieldSection(
        "pre_tokenizer: UnicodeScripts",
        [.carriedOut("type", "the file can be aligned; encoding is refused by name")]),
    ]

  private static func byteLevel(_ stage: String) -> FieldSection {
    section(
      stage, "ByteLevel", .carriedOut("add_prefix_space", "a blank before a text; of a pre-tokenizer only"),
      .harmless("trim_offsets", "changes offsets, never ids"),
      .carriedOut("use_regex", "GPT-2's pattern; of a pre-tokenizer only"))
  }

  private static func metaspace(_ stage: String) -> FieldSection {
    section(
      stage, "Metaspace", .carriedOut("replacement", "the mark of a space"),
      .carriedOut(
        "prepend_scheme",
        "always, never, first; `first` after steps that move the beginning is refused by name"),
      .carriedOut("split", "whether each mark begins a word"),
      .carriedOut("add_prefix_space", "older than prepend_scheme: always or never"),
      .harmless("str_rep", "the replacement again, in older files"))
  }

  private static let models: [FieldSection] = [
    section(
      "model", "BPE", .refused("dropout", unless: .null, .number(0), asks: "merges left out at random"),
      .carriedOut(
        "unk_token", "the unknown token; one that is not in the vocabulary is an error where it is needed"),
      .carriedOut("continuing_subword_prefix", "before each part of a word but the first"),
      .carriedOut("end_of_word_suffix", "after the last part of a word"),
      .carriedOut("fuse_unk", "whether neighbouring unknown characters are one token"),
      .carriedOut(
        "byte_fallback", "bytes for a character without a token; an incomplete set is refused by name"),
      .carriedOut("ignore_merges", "whether a word that is a token is taken whole"),
      .carriedOut("vocab", "from piece to id"), .carriedOut("merges", "in the order of their rank")),
    section(
      "model", "Unigram", .carriedOut("unk_id", "null is an error where it is needed"),
      .carriedOut("vocab", "pieces and scores"),
      .carriedOut("byte_fallback", "bytes for a run of unknown characters"),
      .refused("alpha", unless: .null, .number(0), asks: "segmentations drawn at random"),
      .refused("nbest_size", unless: .null, asks: "segmentations drawn at random")),
    section(
      "model", "WordPiece", .carriedOut("unk_token", "for a word that cannot be encoded"),
      .carriedOut("continuing_subword_prefix", "before each part of a word but the first"),
      .carriedOut("max_input_chars_per_word", "longer words are unknown"),
      .carriedOut("vocab", "from piece to id")),
    section(
      "model", "WordLevel", .carriedOut("vocab", "from word to id"),
      .carriedOut("unk_token", "for every other word")),
  ]

  private static let postProcessors: [FieldSection] = [
    section("post_processor", "Sequence", .carriedOut("processors", "the steps in order")),
    byteLevel("post_processor"),
    section(
      "post_processor", "BertProcessing", .carriedOut("sep", "text and id"), .carriedOut("cls", "text and id")
    ),
    section(
      "post_processor", "RobertaProcessing", .carriedOut("sep", "text and id"),
      .carriedOut("cls", "text and id"),
      .harmless("trim_offsets", "changes offsets, never ids"),
      .harmless("add_prefix_space", "changes offsets, never ids")),
    section(
      "post_processor", "TemplateProcessing",
      .carriedOut("single", "what stands around one text; A that is not there once is refused by name"),
      .carriedOut("pair", "what stands around two"), .carriedOut("special_tokens", "the ids of their names")),
  ]

  private static let decoders: [FieldSection] =
    ["ByteFallback", "Fuse"].map { section("decoder", $0) } + [
      section("decoder", "Sequence", .carriedOut("decoders", "the steps in order; none joins the pieces")),
      byteLevel("decoder"), metaspace("decoder"),
      section("decoder", "Replace", pattern, .carriedOut("content", "put in place of each match")),
      section(
        "decoder", "Strip", .carriedOut("content", "the character"),
        .carriedOut("start", "how many at the beginning"),
        .carriedOut("stop", "how many at the end")),
      section(
        "decoder", "WordPiece", .carriedOut("prefix", "what continues a word"),
        .carriedOut("cleanup", "blanks before punctuation taken away")),
      section("decoder", "BPEDecoder", .carriedOut("suffix", "a blank, but at the end of the text")),
      section(
        "decoder", "CTC", .carriedOut("pad_token", "taken away"),
        .carriedOut("word_delimiter_token", "a blank, with the clean-up"),
        .carriedOut("cleanup", "blanks before punctuation taken away")),
    ]

  private static let parts: [FieldSection] = [
    FieldSection(
      "pattern", [.carriedOut("String", "as it is"), .carriedOut("Regex", "in Oniguruma's syntax")]),
    FieldSection(
      "template item",
      [.carriedOut("Sequence", "the text"), .carriedOut("SpecialToken", "a name of special_tokens")]),
    FieldSection(
      "template part",
      [.carriedOut("id", "A or B, or a name"), .harmless("type_id", "no model here has token types")]),
    FieldSection(
      "template token",
      [
        .carriedOut("id", "the name"), .carriedOut("ids", "what is put there"),
        .harmless("tokens", "the texts of the ids"),
      ]),
  ]
}
