package import CMCFieldTables

extension FieldTable {
  /// The fields of `generation_config.json`.
  ///
  /// What a file asks for and the command's options do not is named in a note.
  package static let generationConfiguration = FieldTable(
    "generation_config.json", definedBy: "transformers 5.23: GenerationConfig", unlisted: .noted,
    sections: [
      FieldSection(
        "",
        [
          .carriedOut("eos_token_id", "where generation stops; counts before config.json's"),
          .carriedOut("bos_token_id", "a role of the vocabulary"),
          .carriedOut("pad_token_id", "a role of the vocabulary"),
          .harmless("transformers_version", "who wrote it"), .harmless("_from_model_config", "who wrote it"),
          .harmless("do_sample", "the command's options say how to choose; greedy unless they say otherwise"),
          .harmless("temperature", "the command's options say it"),
          .harmless("top_k", "the command's options say it"),
          .harmless("top_p", "the command's options say it"),
          .harmless("min_p", "the command's options say it"),
          .harmless("max_length", "the command's options say it"),
          .harmless("max_new_tokens", "the command's options say it"),
        ] + changing + inactive)
    ])

  /// Members that change what is generated where they are not as named here.
  private static let changing: [FieldRow] = [
    .refused("repetition_penalty", unless: .null, .number(1), asks: "--repetition-penalty"),
    .refused("typical_p", unless: .null, .number(1), asks: "typical sampling"),
    .refused("epsilon_cutoff", unless: .null, .number(0), asks: "epsilon sampling"),
    .refused("eta_cutoff", unless: .null, .number(0), asks: "eta sampling"),
    .refused("top_h", unless: .null, asks: "top-h sampling"),
    .refused("no_repeat_ngram_size", unless: .null, .number(0), asks: "no repeated runs of tokens"),
    .refused("bad_words_ids", unless: .null, .emptyList, asks: "forbidden words"),
    .refused("suppress_tokens", unless: .null, .emptyList, asks: "forbidden tokens"),
    .refused("begin_suppress_tokens", unless: .null, .emptyList, asks: "tokens forbidden at the beginning"),
    .refused("sequence_bias", unless: .null, .emptyObject, .emptyList, asks: "words that are favoured"),
    .refused("forced_bos_token_id", unless: .null, asks: "a first token"),
    .refused("forced_eos_token_id", unless: .null, asks: "a last token"),
    .refused("exponential_decay_length_penalty", unless: .null, asks: "a growing favour of the end"),
    .refused("min_length", unless: .null, .number(0), asks: "a least length"),
    .refused("min_new_tokens", unless: .null, .number(0), asks: "a least length"),
    .refused("guidance_scale", unless: .null, .number(1), asks: "guidance by a second prompt"),
    .refused("num_beams", unless: .null, .number(1), asks: "beam search"),
    .refused("penalty_alpha", unless: .null, .number(0), asks: "contrastive search"),
    .refused("dola_layers", unless: .null, asks: "contrast of layers"),
    .refused("stop_strings", unless: .null, .emptyList, asks: "texts that end generation"),
    .refused("watermarking_config", unless: .null, asks: "a watermark"),
    .refused("constraints", unless: .null, .emptyList, asks: "constrained search"),
    .refused("force_words_ids", unless: .null, .emptyList, asks: "constrained search"),
    .refused(
      "encoder_repetition_penalty", unless: .null, .number(1), asks: "a penalty on the prompt's tokens"),
    .refused(
      "encoder_no_repeat_ngram_size", unless: .null, .number(0), asks: "no runs of tokens of the prompt"),
    .refused("token_healing", unless: .null, .bool(false), asks: "a new last token of the prompt"),
    .refused("max_time", unless: .null, asks: "an end by the clock"),
  ]

  /// Members that say something of what is refused above, or of how fast or with what memory.
  private static let inactive: [FieldRow] =
    [
      "num_beam_groups", "diversity_penalty", "early_stopping", "length_penalty", "low_memory",
      "num_return_sequences",
      "renormalize_logits", "remove_invalid_values", "decoder_start_token_id",
    ].map { .harmless($0, "says more of a search or a clean-up that is not done") }
    + [
      "assistant_confidence_threshold", "assistant_early_exit", "assistant_ensemble_weight",
      "assistant_lookbehind",
      "is_assistant", "max_matching_ngram_size", "num_assistant_tokens", "num_assistant_tokens_schedule",
      "prompt_lookup_num_tokens", "speculation_type", "target_lookbehind", "use_mtp", "cache_config",
      "cache_implementation", "compile_config", "continuous_batching_config", "disable_compile",
      "max_cache_len",
      "prefill_chunk_size", "use_cache", "output_attentions", "output_hidden_states", "output_logits",
      "output_scores",
      "return_dict_in_generate",
    ].map { .harmless($0, "the same tokens, faster or with more about them") }

  /// The names of the members, which older versions wrote into `config.json`.
  static var generationFieldNames: [String] {
    let own = ["eos_token_id", "bos_token_id", "pad_token_id", "transformers_version"]
    let sampling = ["do_sample", "temperature", "top_k", "top_p", "max_length"]
    return sampling
      + (changing + inactive).map(\.name).filter { !own.contains($0) && $0 != "cache_implementation" }
  }
}
