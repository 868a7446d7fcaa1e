package import CMCFieldTables

extension FieldTable {
  /// The fields of `config.json`, a section for each architecture.
  package static let modelConfiguration = FieldTable(
    "config.json",
    definedBy: "transformers 5.23: PreTrainedConfig and the configuration class of each architecture",
    unlisted: .noted,
    sections: [
      FieldSection(
        "llama",
        common + llamaLike + rotary + [
          .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
          .carriedOut("mlp_bias", "biases of the feed-forward part"),
        ]),
      FieldSection(
        "mistral",
        common + llamaLike + rotary + [
          .carriedOut(
            "sliding_window", "how many positions back a layer sees, all layers alike without a list"),
          .carriedOut("layer_types", "which layers have a window; AutoModel then takes the class Ministral"),
        ]),
      FieldSection("qwen2", common + llamaLike + rotary + windows),
      FieldSection(
        "qwen3",
        common + llamaLike + rotary + windows + [
          .carriedOut("attention_bias", "biases of queries, keys, values and attention's output")
        ]),
      FieldSection("gemma3_text", common + llamaLike + gemma),
      FieldSection(
        "gemma3",
        common + [
          .carriedOut("text_config", "the language model: a section of its own"),
          .carriedOut(
            "tie_word_embeddings", "whether embeddings make the logits; this one counts, not text_config's"),
          .harmless("vision_config", "pictures are no input"),
          .harmless("mm_tokens_per_image", "pictures are no input"),
          .harmless("boi_token_index", "pictures are no input"),
          .harmless("eoi_token_index", "pictures are no input"),
          .harmless("image_token_index", "pictures are no input"),
          .harmless("image_token_id", "pictures are no input"),
          .harmless("boi_token_id", "pictures are no input"),
          .harmless("eoi_token_id", "pictures are no input"),
        ]),
      FieldSection("gpt2", common + gpt2),
    ])

  private static let common: [FieldRow] =
    [
      .carriedOut(
        "architectures", "the same, where model_type is missing; a class that is not known is refused"),
      .carriedOut("model_type", "which forward pass"),
      .carriedOut("bos_token_id", "a role of the vocabulary"),
      .carriedOut("eos_token_id", "where generation stops, unless generation_config.json says"),
      .carriedOut("pad_token_id", "a role of the vocabulary"),
      .refused("quantization_config", unless: .null, asks: "weights packed by another tool"),
      .refused("compression_config", unless: .null, asks: "weights packed by another tool"),
      .refused("per_layer_config", unless: .null, .emptyObject, asks: "layers of different sizes"),
      .refused("is_encoder_decoder", unless: .null, .bool(false), asks: "an encoder"),
      .refused("add_cross_attention", unless: .null, .bool(false), asks: "attention to an encoder"),
      .harmless("dtype", "weights are computed with as the file stores them"),
      .harmless("torch_dtype", "weights are computed with as the file stores them"),
      .harmless("transformers_version", "who wrote it"), .harmless("_name_or_path", "where it came from"),
      .harmless("name_or_path", "where it came from"), .harmless("_commit_hash", "where it came from"),
      .harmless("auto_map", "Python code; the class in architectures counts, as without trust_remote_code"),
      .harmless("initializer_range", "training only"), .harmless("attention_dropout", "training only"),
      .harmless("use_cache", "results do not depend on it"),
      .harmless("output_hidden_states", "what Python returns"),
      .harmless("output_attentions", "what Python returns"), .harmless("return_dict", "what Python returns"),
      .harmless("tie_last_hidden_states", "what Python returns"),
      .harmless("chunk_size_feed_forward", "results do not depend on it"),
      .harmless("attn_implementation", "results do not depend on it"),
      .harmless("_attn_implementation_autoset", "results do not depend on it"),
      .harmless("id2label", "classifiers"), .harmless("label2id", "classifiers"),
      .harmless("num_labels", "classifiers"),
      .harmless("problem_type", "classifiers"), .harmless("tie_encoder_decoder", "there is no encoder"),
      .harmless("is_decoder", "there is no encoder"),
      .harmless("task_specific_params", "settings of pipelines"), .harmless("finetuning_task", "who made it"),
      .harmless("tokenizer_class", "the tokenizer's files say"), .harmless("prefix", "settings of pipelines"),
      .harmless("unsloth_version", "who made it"), .harmless("unsloth_fixed", "who made it"),
    ]
    + generationFieldNames.filter {
      !["output_attentions", "output_hidden_states", "use_cache"].contains($0)
    }.map {
      .harmless($0, "how to generate: not read from config.json by transformers 5 either")
    }

  private static let llamaLike: [FieldRow] = [
    .carriedOut("vocab_size", "tokens"), .carriedOut("hidden_size", "the length of a state"),
    .carriedOut("intermediate_size", "inside the feed-forward part"),
    .carriedOut("num_hidden_layers", "layers"),
    .carriedOut("num_attention_heads", "query heads"),
    .carriedOut(
      "num_key_value_heads", "key and value heads; missing: the class's default, null: as many as query heads"
    ),
    .carriedOut("head_dim", "the length of a head"),
    .carriedOut("max_position_embeddings", "the context"), .carriedOut("rms_norm_eps", "norms"),
    .carriedOut(
      "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
    .harmless("pretraining_tp", "cuts products in parts that add up to the same"),
  ]

  private static let rotary: [FieldRow] = [
    .carriedOut("hidden_act", "silu, or GELU in its tanh form; others are refused"),
    .carriedOut(
      "rope_parameters",
      "default, linear, llama3, yarn, dynamic, and longrope up to its original context; others are refused"),
    .carriedOut("rope_scaling", "the older spelling; where both are there, this one counts"),
    .carriedOut("rope_theta", "the base, unless rope_parameters has one"),
    .carriedOut(
      "original_max_position_embeddings",
      "of llama3, yarn and longrope; counts before the member of rope_parameters"),
    .refused("partial_rotary_factor", unless: .null, .number(1), asks: "turning a part of each head"),
    .refused("rope_interleaved", unless: .null, .bool(false), asks: "another order of a head's elements"),
  ]

  private static let windows: [FieldRow] = [
    .carriedOut("use_sliding_window", "whether any layer has a window"),
    .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
    .carriedOut("max_window_layers", "the first layer with a window"),
    .carriedOut("layer_types", "which layers have a window"),
  ]

  private static let gemma: [FieldRow] = [
    .carriedOut("hidden_activation", "silu, or GELU in its tanh form; others are refused"),
    .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
    .carriedOut("query_pre_attn_scalar", "scores are divided by its root"),
    .carriedOut("sliding_window", "how many positions back a local layer sees"),
    .carriedOut("sliding_window_pattern", "every so many layers one is global"),
    .harmless("_sliding_window_pattern", "layer_types says the same"),
    .carriedOut("layer_types", "which layers have a window"),
    .carriedOut(
      "rope_parameters",
      "by kind of layer: default, linear, llama3, yarn, dynamic, and longrope up to its original context; others are refused"
    ),
    .carriedOut("rope_scaling", "the older spelling, for global layers; counts before rope_parameters"),
    .carriedOut("rope_theta", "the base of global layers, unless rope_parameters has one"),
    .carriedOut("rope_local_base_freq", "the base of local layers, unless rope_parameters has one"),
    .refused("partial_rotary_factor", unless: .null, .number(1), asks: "turning a part of each head"),
    .refused("final_logit_softcapping", unless: .null, asks: "a bound on logits"),
    .refused("attn_logit_softcapping", unless: .null, asks: "a bound on scores of attention"),
    .refused(
      "use_bidirectional_attention", unless: .null, .bool(false), asks: "attention to later positions"),
    .harmless("hidden_act", "transformers reads hidden_activation"),
    .harmless("cache_implementation", "results do not depend on it"),
  ]

  private static let gpt2: [FieldRow] = [
    .carriedOut("vocab_size", "tokens"), .carriedOut("n_positions", "the context"),
    .carriedOut("n_embd", "the length of a state"), .carriedOut("n_layer", "layers"),
    .carriedOut("n_head", "heads"),
    .carriedOut("n_inner", "inside the feed-forward part"),
    .carriedOut("hidden_size", "another name of n_embd, and counts before it"),
    .carriedOut("num_hidden_layers", "another name of n_layer, and counts before it"),
    .carriedOut("num_attention_heads", "another name of n_head, and counts before it"),
    .carriedOut("max_position_embeddings", "another name of n_positions, and counts before it"),
    .carriedOut("activation_function", "GELU in its tanh form; others are refused"),
    .carriedOut("layer_norm_epsilon", "norms"),
    .carriedOut("scale_attn_weights", "scores are divided by the root of a head's length"),
    .carriedOut(
      "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
    .refused(
      "scale_attn_by_inverse_layer_idx", unless: .null, .bool(false),
      asks: "scores divided by the layer's number"),
    .harmless("reorder_and_upcast_attn", "the same in single precision"),
    .harmless("n_ctx", "n_positions says the same"),
    .harmless("resid_pdrop", "training only"), .harmless("embd_pdrop", "training only"),
    .harmless("attn_pdrop", "training only"),
    .harmless("summary_type", "classifiers"), .harmless("summary_use_proj", "classifiers"),
    .harmless("summary_activation", "classifiers"), .harmless("summary_proj_to_labels", "classifiers"),
    .harmless("summary_first_dropout", "classifiers"),
  ]
}
