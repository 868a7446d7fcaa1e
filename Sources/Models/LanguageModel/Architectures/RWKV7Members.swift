internal import CMCFieldTables

extension ModelArchitecture {
  /// What is done with the members that are sizes.
  static let rwkvSizes: [FieldRow] = [
    .carriedOut("vocab_size", "tokens"), .carriedOut("hidden_size", "the length of a position's vector"),
    .carriedOut("num_hidden_layers", "layers"),
    .carriedOut("intermediate_size", "inside the feed-forward part"),
    .carriedOut("hidden_ratio", "of the hidden size, where intermediate_size does not say it"),
    .carriedOut("head_dim", "the length of a head; null: the hidden size by num_heads"),
    .carriedOut("num_heads", "heads, where head_dim is null; the class does not use it otherwise"),
    .carriedOut("value_dim", "the length of all values: the hidden size; others are refused"),
    .carriedOut("decay_low_rank_dim", "what decays are made of; null: what the class computes"),
    .carriedOut("a_low_rank_dim", "what rates are made of; null: what the class computes"),
    .carriedOut(
      "v_low_rank_dim", "what shares of the first layer's values are made of; null: what the class computes"),
    .carriedOut("gate_low_rank_dim", "what gates are made of; null: what the class computes"),
    .harmless("max_position_embeddings", "for layers with attention, which are refused"),
  ]

  /// What is done with the others.
  static let rwkvOptions: [FieldRow] = [
    .carriedOut("hidden_act", "sqrelu, relu, silu, or gelu in its tanh form; others are refused"),
    .carriedOut("norm_eps", "norms; of heads so many times their length"),
    .carriedOut("norm_bias", "biases of norms, but for those of heads, which have them"),
    .carriedOut("norm_first", "whether embeddings are normed before the first layer"),
    .carriedOut("fuse_norm", "how what is taken away from a state is brought to length 1"),
    .carriedOut(
      "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
    .refused("attn", unless: .null, asks: "attention in some layers"),
    .harmless("is_causal", "layers with attention are refused"),
    .harmless("attention_chunk_size", "layers with attention are refused"),
    .harmless("attn_mode", "how it is computed"), .harmless("fuse_cross_entropy", "training only"),
    .harmless("fuse_linear_cross_entropy", "training only"), .harmless("use_l2warp", "training only"),
  ]
}
