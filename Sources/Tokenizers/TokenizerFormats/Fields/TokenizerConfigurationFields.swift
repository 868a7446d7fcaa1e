package import CMCFieldTables

extension FieldTable {
  /// The fields of a `tokenizer_config.json`; those of the classes of slow tokenizers are many, so others are noted.
  package static let tokenizerConfiguration = FieldTable(
    "tokenizer_config.json",
    definedBy: "transformers 5.23: PreTrainedTokenizerFast.init_kwargs and save_pretrained", unlisted: .noted,
    sections: [
      FieldSection("", names + cleanups + others),
      FieldSection(
        "added_tokens_decoder",
        [
          .carriedOut("content", "the text of the id"), .carriedOut("special", "whether it is special"),
          .carriedOut(
            "single_word", "it must not touch a word; beside a tokenizer.json, vocab.txt or vocab.json"),
          .carriedOut(
            "lstrip",
            "white space to its left belongs to it; beside a tokenizer.json, vocab.txt or vocab.json"),
          .carriedOut(
            "rstrip",
            "white space to its right belongs to it; beside a tokenizer.json, vocab.txt or vocab.json"),
          .carriedOut(
            "normalized",
            "it is looked for in normalised text; beside a tokenizer.json, vocab.txt or vocab.json"),
          .harmless("__type", "names the Python class"),
        ]),
    ])

  private static let names: [FieldRow] = [
    .carriedOut("bos_token", "a role"), .carriedOut("eos_token", "a role"),
    .carriedOut("eot_token", "a role"),
    .carriedOut("pad_token", "a role"), .carriedOut("unk_token", "a role"),
    .carriedOut("mask_token", "a role"),
    .carriedOut("cls_token", "a role"), .carriedOut("sep_token", "a role"),
    .carriedOut("additional_special_tokens", "special tokens"),
    .carriedOut(
      "extra_special_tokens", "special tokens, in a list or by name; a name is a variable of the template"),
    .carriedOut(
      "model_specific_special_tokens", "special tokens by name; a name is a variable of the template"),
    .carriedOut("added_tokens_decoder", "tokens by id"),
    .carriedOut("chat_template", "the template of a conversation"),
    .carriedOut(
      "…_token",
      "any other name of a special token, where its value is a text or an object; a variable of the template"),
  ]

  private static let cleanups: [FieldRow] = [
    .carriedOut(
      "do_lower_case",
      "of a vocab.txt, where a class that is named has true without it, and else the words tell; beside a "
        + "tokenizer.json, which says it itself, \(forTheNote)"
    ),
    .carriedOut(
      "strip_accents", "of a vocab.txt; beside a tokenizer.json, which says it itself, \(forTheNote)"),
    .carriedOut(
      "tokenize_chinese_chars", "of a vocab.txt; beside a tokenizer.json, which says it itself, \(forTheNote)"
    ),
  ]

  /// What is looked at where the class of transformers would build something else than the file has.
  private static let forTheNote = "it only decides whether the note on the class is told"

  /// Settings of the classes that are carried out over a SentencePiece model without a tokenizer.json.
  private static let ofModelFile =
    "of a tokenizer.model with the class of Llama or Gemma; beside a tokenizer.json, which says it itself, \(forTheNote)"

  /// Settings of the classes that are carried out over a vocab.json with its merges.txt, too.
  private static let ofMerges = "of a vocab.json with merges.txt whose class has it; \(ofModelFile)"

  /// Classes by name, without what all of them end in.
  private static func list(_ names: Set<String>) -> String {
    names.sorted().map { String($0.dropLast("Tokenizer".count)) }.joined(separator: ", ")
  }

  private static let others: [FieldRow] = [
    .harmless("model_max_length", "an integer of any size; nothing is cut here"),
    .harmless("max_length", "nothing is cut here"), .harmless("truncation_side", "nothing is cut here"),
    .harmless("truncation_strategy", "nothing is cut here"), .harmless("stride", "nothing is cut here"),
    .harmless("padding_side", "nothing is padded here"),
    .harmless("pad_to_multiple_of", "nothing is padded here"),
    .harmless("pad_token_type_id", "nothing is padded here"), .harmless("padding", "nothing is padded here"),
    .harmless("model_input_names", "names of arrays"),
    .carriedOut(
      "tokenizer_class",
      "of a tokenizer.model: LlamaTokenizer, CodeLlamaTokenizer and GemmaTokenizer are carried out, other classes of "
        + "transformers refused; of a vocab.txt (each with Tokenizer or TokenizerFast behind it) "
        + list(PlainFileRule.ofWords) + " are carried out, of a vocab.json with merges.txt "
        + list(PlainFileRule.ofMerges)
        + ", other classes refused; a tokenizer.json says itself what is done, with a note where transformers builds "
        + "something else for the class, with "
        + "Tokenizer or TokenizerFast behind it: " + KnownDifference.tokenizerClasses.joined(separator: ", ")),
    .harmless("auto_map", "names of Python code, which is not run; \(forTheNote)"),
    .harmless("processor_class", "names of Python code"),
    .harmless("backend", "names of Python code"), .harmless("is_local", "where transformers read it from"),
    .harmless("name_or_path", "where transformers read it from"),
    .harmless("special_tokens_map_file", "where transformers read it from"),
    .harmless("tokenizer_file", "where transformers read it from"),
    .harmless("local_files_only", "where transformers read it from"),
    .harmless("transformers_version", "who wrote it"), .harmless("use_fast", "which of two classes"),
    .carriedOut("legacy", ofModelFile),
    .carriedOut("add_prefix_space", ofMerges),
    .harmless("keep_accents", "tokenizer.json says it; \(forTheNote)"),
    .carriedOut("clean_text", "of a vocab.txt with Funnel's class; beside a tokenizer.json \(forTheNote)"),
    .harmless("split_by_punct", "tokenizer.json says it; \(forTheNote)"),
    .harmless("remove_space", "tokenizer.json says it"),
    .harmless("unk_id", "tokenizer.json says it; \(forTheNote)"),
    .harmless("src_lang", "the post-processor of tokenizer.json says it; \(forTheNote)"),
    .harmless("tgt_lang", "the post-processor of tokenizer.json says it"),
    .carriedOut(
      "add_bos_token",
      "of a tokenizer.model, and of a vocab.json with merges.txt whose class leaves it open; beside a tokenizer.json, "
        + "which says it, transformers takes it off"),
    .carriedOut(
      "add_eos_token",
      "of a tokenizer.model, and of a vocab.json with merges.txt whose class leaves it open; beside a tokenizer.json, "
        + "which says it, transformers takes it off"),
    .harmless("trim_offsets", "changes offsets, never ids"),
    .harmless("add_dummy_prefix_space", "the model file says it"),
    .harmless("sp_model_kwargs", "the model file says it"),
    .harmless("use_default_system_prompt", "the template says it"),
    .harmless("clean_up_tokenization_spaces", "a step of transformers after the tokenizer's own decoder"),
    .harmless("spaces_between_special_tokens", "a step of transformers after the tokenizer's own decoder"),
    .harmless("split_special_tokens", "asked for by each command (--parse-special)"),
    .harmless("errors", "bytes that are not UTF-8 are always replaced"),
    .harmless("do_basic_tokenize", "transformers 5 does not look at it"),
    .harmless("never_split", "transformers 5 does not look at it"),
    .harmless("response_schema", "what is read out of an answer"),
  ]
}
