internal import CMCFieldTables

/// Rows that several families share.
extension FieldRow {
  /// What the members that name a function may say.
  static let functions = "silu, GELU exactly or in its tanh form, relu or relu2; others are refused"

  /// Those of all families.
  static let common: [FieldRow] =
    [
      .carriedOut(
        "architectures", "the same, where model_type is missing; a class that is not known is refused"),
      .carriedOut("model_type", "which forward pass"),
      .carriedOut("bos_token_id", "a role of the vocabulary"),
      .carriedOut("eos_token_id", "where generation stops, unless generation_config.json says"),
      .carriedOut("pad_token_id", "a role of the vocabulary"),
      .carriedOut("quantization_config", "how another tool has packed weights: a table of its own"),
      .refused("compression_config", unless: .null, asks: "weights packed by another tool"),
      .refused("per_layer_config", unless: .null, .emptyObject, asks: "layers of different sizes"),
      .refused("is_encoder_decoder", unless: .null, .bool(false), asks: "an encoder"),
      .refused("add_cross_attention", unless: .null, .bool(false), asks: "attention to an encoder"),
      .refused("is_causal", unless: .null, .bool(true), asks: "attention to later positions"),
      .refused("attention_chunk_size", unless: .null, asks: "attention within chunks"),
      .refused("transformers_weights", unless: .null, asks: "weights in a file of another name"),
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
      .harmless("cross_attention_hidden_size", "there is no encoder"),
      .harmless("experts_implementation", "results do not depend on it"),
      .harmless("torchscript", "what Python returns"),
      .harmless("use_bfloat16", "weights are computed with as the file stores them"),
      .harmless("task_specific_params", "settings of pipelines"), .harmless("finetuning_task", "who made it"),
      .harmless("tokenizer_class", "the tokenizer's files say"), .harmless("prefix", "settings of pipelines"),
      .harmless("unsloth_version", "who made it"), .harmless("unsloth_fixed", "who made it"),
    ]
    + FieldTable.generationFieldNames.filter {
      !["output_attentions", "output_hidden_states", "use_cache"].contains($0)
    }.map {
      .harmless($0, "how to generate: not read from config.json by transformers 5 either")
    }

  /// The sizes of Llama and its kin.
  static let llamaLike: [FieldRow] = [
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

  /// The function and the positions of Llama and its kin.
  static let rotary: [FieldRow] = [
    .carriedOut("hidden_act", functions),
    .carriedOut(
      "rope_parameters",
      "default, linear, llama3, yarn, dynamic and longrope; others are refused"),
    .carriedOut("rope_scaling", "the older spelling; where both are there, this one counts"),
    .carriedOut("rope_theta", "the base, unless rope_parameters has one"),
    .carriedOut(
      "original_max_position_embeddings",
      "of llama3, yarn and longrope; counts before the member of rope_parameters"),
    .refused("partial_rotary_factor", unless: .null, .number(1), asks: "turning a part of each head"),
    .refused("rope_interleaved", unless: .null, .bool(false), asks: "another order of a head's elements"),
  ]

  /// The same, of classes whose layers with and without a window turn positions each by themselves.
  static let rotaryByKind: [FieldRow] =
    rotary.filter { !["rope_parameters", "rope_scaling", "rope_theta"].contains($0.name) } + [
      .carriedOut(
        "rope_parameters",
        "by kind of layer: default, linear, llama3, yarn, dynamic and longrope; others are refused"
      ),
      .carriedOut("rope_scaling", "the older spelling, for global layers; counts before rope_parameters"),
      .carriedOut("rope_theta", "the base of global layers, unless rope_parameters has one"),
    ]

  /// The windows of Qwen.
  static let windows: [FieldRow] = [
    .carriedOut("use_sliding_window", "whether any layer has a window"),
    .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
    .carriedOut("max_window_layers", "the first layer with a window"),
    .carriedOut("layer_types", "which layers have a window"),
  ]

  /// The same, of classes that turn a part of each head.
  static let partialRotary: [FieldRow] =
    rotary.filter { $0.name != "partial_rotary_factor" } + [
      .carriedOut("partial_rotary_factor", "how much of each head is turned, unless rope_parameters says it")
    ]
}
