internal import CMCFieldTables

extension ModelArchitecture {
  /// OPT: learned positions behind two rows that are none, layer norms, biases everywhere.
  package static let opt = ModelArchitecture("opt", "OPT", ["OPTForCausalLM"], fields: optFields) {
    $0.sizes = ModelSizes(
      vocabulary: 50_272, hidden: 768, inner: 3072, layers: 12, heads: 12, keyValueHeads: nil, headSize: nil,
      context: 2048)
    $0.sizes.names.inner = ["ffn_dim"]
    $0.sizes.names.keyValueHeads = nil
    $0.sizes.names.headSize = nil
    $0.norm = NormMembers(kind: .layer, epsilon: nil, fallback: 1e-5)
    $0.positions = .learned(offset: 2)
    $0.activation = ("activation_function", "relu")
    $0.isGated = false
    $0.tiesByDefault = true
    $0.tensors = HubTensors(
      prefixes: ["model.decoder.", "decoder.", ""],
      names: [
        .tokenEmbedding: "embed_tokens", .positionEmbedding: "embed_positions",
        .finalNorm: "final_layer_norm", .head: "lm_head", .attentionNorm: "self_attn_layer_norm",
        .query: "self_attn.q_proj", .key: "self_attn.k_proj", .value: "self_attn.v_proj",
        .attentionOutput: "self_attn.out_proj", .feedForwardNorm: "final_layer_norm", .up: "fc1",
        .down: "fc2",
      ])
    $0.configure = { c, json in
      guard c.headCount > 0, c.hiddenSize % c.headCount == 0 else {
        throw LanguageModelError.configuration(
          "\(c.hiddenSize) elements do not divide into \(c.headCount) heads")
      }
      if let width = try json.optionalInt("word_embed_proj_dim"), width != c.hiddenSize {
        throw LanguageModelError.unsupported("word_embed_proj_dim, embeddings of another length,")
      }
      if try json.bool("enable_bias", default: true) {
        c.biases = [.queryKeyValue, .attentionOutput, .feedForward]
      }
    }
  }

  private static let optFields: [FieldRow] = [
    .carriedOut("vocab_size", "tokens"), .carriedOut("hidden_size", "the length of a state"),
    .carriedOut("ffn_dim", "inside the feed-forward part"), .carriedOut("num_hidden_layers", "layers"),
    .carriedOut("num_attention_heads", "heads"), .carriedOut("max_position_embeddings", "the context"),
    .carriedOut("activation_function", FieldRow.functions),
    .carriedOut("enable_bias", "biases of all products"),
    .carriedOut("word_embed_proj_dim", "the length of embeddings; another one than hidden_size is refused"),
    .carriedOut(
      "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
    .refused(
      "do_layer_norm_before", unless: .null, .bool(true), asks: "norms of sums, as the 350M model has"),
    .refused("_remove_final_layer_norm", unless: .null, .bool(false), asks: "no norm before the head"),
    .refused(
      "layer_norm_elementwise_affine", unless: .null, .bool(true), asks: "norms without parameters"),
    .harmless("dropout", "training only"), .harmless("layerdrop", "training only"),
    .harmless("activation_dropout", "training only"), .harmless("init_std", "training only"),
  ]
}
