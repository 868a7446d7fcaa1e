package import CMCFieldTables

extension FieldTable {
  /// The fields of a Tekken file.
  package static let tekken = FieldTable(
    "tekken.json", definedBy: "mistral-common 1.13: ModelData", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("config", "sizes and pattern"), .carriedOut("vocab", "tokens by rank"),
          .carriedOut("special_tokens", "names of the first ids; the published ones where it is left out"),
          .harmless("version", "which published special tokens, where none are listed: they are the same"),
          .harmless("type", "names the format"), .harmless("image", "of pictures, which no model here sees"),
          .harmless("multimodal", "of pictures, which no model here sees"),
          .harmless("audio", "of sound, which no model here hears"),
          .harmless("model_settings_builder", "of requests to a server"),
        ]),
      FieldSection(
        "config",
        [
          .carriedOut("pattern", "cuts text into words"), .carriedOut("default_vocab_size", "how many ids"),
          .carriedOut("default_num_special_tokens", "how many come first"),
          .harmless("num_vocab_tokens", "how many are listed"),
          .harmless("version", "names a set of special tokens"),
        ]),
      FieldSection(
        "vocab",
        [
          .carriedOut("rank", "its place"), .carriedOut("token_bytes", "base64"),
          .harmless("token_str", "the bytes again, where they are text"),
        ]),
      FieldSection(
        "special_tokens",
        [
          .carriedOut("rank", "its id"), .carriedOut("token_str", "its name"),
          .harmless("is_control", "every listed token is special"),
        ]),
    ])

  /// A line of a tiktoken file.
  package static let tiktoken = FieldTable(
    "tiktoken", definedBy: "tiktoken 0.14: load_tiktoken_bpe", unlisted: .refused,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("token", "base64; a line whose token is `=` stands for nothing"),
          .carriedOut("rank", "its id"),
        ])
    ])

  /// The entries of a GGUF header that a tokenizer is made of.
  package static let ggufTokenizer = FieldTable(
    "gguf-tokenizer", definedBy: "gguf 0.19: Keys.Tokenizer, as llama.cpp reads them", unlisted: .refused,
    sections: [FieldSection("", ggufLists + ggufIDs + ggufSwitches)])

  private static func name(_ key: String) -> String { "tokenizer.ggml.\(key)" }

  private static let ggufLists: [FieldRow] = [
    .carriedOut(name("model"), "the algorithm"), .carriedOut(name("pre"), "how text is cut into words"),
    .carriedOut(name("tokens"), "the pieces"),
    .carriedOut(name("token_type"), "their kinds; some texts are special whatever it says, as in llama.cpp"),
    .harmless(name("token_type_count"), "no model here has token types"),
    .carriedOut(name("scores"), "their scores"),
    .carriedOut(name("merges"), "in the order of their rank"),
    .carriedOut(
      name("precompiled_charsmap"), "SentencePiece's compiled map; of a T5 model only, as in llama.cpp"),
    .harmless(name("added_tokens"), "the list of tokens has them"),
    .harmless("tokenizer.huggingface.json", "llama.cpp does not read it"),
    .refused("tokenizer.rwkv.world", asks: "another format of vocabulary"),
    .carriedOut("tokenizer.chat_template", "the template of a conversation"),
    .harmless("tokenizer.chat_template.{name}", "other templates; the one without a name is used"),
    .harmless("tokenizer.chat_templates", "names of the other templates"),
  ]

  private static let ggufIDs: [FieldRow] =
    [
      "bos_token_id", "eos_token_id", "eot_token_id", "eom_token_id", "unknown_token_id",
      "seperator_token_id",
      "separator_token_id", "padding_token_id", "mask_token_id", "cls_token_id",
    ].map { .carriedOut(name($0), "a role") }
    + [
      "fim_pre_token_id", "fim_suf_token_id", "fim_mid_token_id", "prefix_token_id", "suffix_token_id",
      "middle_token_id",
    ].map { .carriedOut(name($0), "of filling gaps; where it is left out, a token is special by its text") }
    + ["fim_pad_token_id", "fim_rep_token_id", "fim_sep_token_id"].map {
      .carriedOut(name($0), "of filling gaps; generation stops at it, or at a token with such a text")
    }

  private static let ggufSwitches: [FieldRow] = [
    .carriedOut(
      name("add_bos_token"),
      "the beginning before a text; where it is left out, as llama.cpp has it of the model"),
    .carriedOut(name("add_eos_token"), "the end behind a text; where it is left out, of a T5 model"),
    .harmless(name("add_sep_token"), "llama.cpp asks it for pairs of texts alone, never for one text"),
    .carriedOut(
      name("add_space_prefix"),
      "a blank before a text; of a llama model unless it is false, of a T5 model where it is true, as in llama.cpp"
    ),
    .carriedOut(
      name("remove_extra_whitespaces"),
      "of a T5 model only, as in llama.cpp: each word has one blank before it"),
    .carriedOut(name("normalizer.lowercase"), "of BERT's kind"),
    .carriedOut(name("normalizer.strip_accents"), "of BERT's kind; as lowercase says where it is left out"),
    .harmless(name("suppress_tokens"), "of speech models"),
  ]
}
