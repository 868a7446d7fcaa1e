internal import CMCFieldTables

extension ModelArchitecture {
  /// GPT-NeoX and Pythia: both parts of a layer read its state, each through a layer norm of its own.
  package static let gptNeoX = ModelArchitecture(
    "gpt_neox", "GPT-NeoX", ["GPTNeoXForCausalLM"], fields: gptNeoXFields
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 50_432, hidden: 6144, inner: 24_576, layers: 44, heads: 64, keyValueHeads: nil,
      headSize: nil, context: 2048)
    $0.sizes.names.keyValueHeads = nil
    $0.sizes.names.headSize = nil
    $0.norm = NormMembers(kind: .layer, epsilon: "layer_norm_eps", fallback: 1e-5)
    $0.positions = .rotary(RotaryRules(baseName: "rotary_emb_base", share: 0.25, shareName: "rotary_pct"))
    $0.activation.fallback = "gelu"
    $0.isGated = false
    $0.tensors = HubTensors(
      prefixes: ["gpt_neox.", ""],
      names: [
        .tokenEmbedding: "embed_in", .finalNorm: "final_layer_norm", .head: "lm_head",
        .attentionNorm: "input_layernorm", .fusedQueryKeyValue: "attention.query_key_value",
        .attentionOutput: "attention.dense", .feedForwardNorm: "post_attention_layernorm",
        .up: "mlp.dense_h_to_4h", .down: "mlp.dense_4h_to_h",
      ], queryKeyValue: .byHead, renames: [("embed_out.", "lm_head.")])
    // The converter writes neither the base nor the function, and llama.cpp has one of each.
    $0.gguf = GGUFForm("gptneox") {
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.fusesQueryKeyValue = true
      $0.reads = ["rope.dimension_count", "use_parallel_residual"]
      $0.configure = { $0.feedForward = .plain(.geluTanh) }
    }
    $0.configure = { c, json in
      guard c.headCount > 0, c.hiddenSize % c.headCount == 0 else {
        throw LanguageModelError.configuration(
          "\(c.hiddenSize) elements do not divide into \(c.headCount) heads")
      }
      c.biases = .feedForward
      if try json.bool("attention_bias", default: true) {
        c.biases.formUnion([.queryKeyValue, .attentionOutput])
      }
      if try json.bool("use_parallel_residual", default: true) {
        c.arrangement = .parallel(sharesNorm: false)
      }
    }
  }

  private static let gptNeoXFields: [FieldRow] =
    [
      .carriedOut("vocab_size", "tokens"), .carriedOut("hidden_size", "the length of a state"),
      .carriedOut("intermediate_size", "inside the feed-forward part"),
      .carriedOut("num_hidden_layers", "layers"), .carriedOut("num_attention_heads", "heads"),
      .carriedOut("max_position_embeddings", "the context"), .carriedOut("layer_norm_eps", "norms"),
      .carriedOut(
        "tie_word_embeddings", "whether embeddings make the logits; a head of its own in the weights wins"),
      .carriedOut("attention_bias", "biases of attention; there where it is left out"),
      .carriedOut("use_parallel_residual", "whether both parts of a layer read the same state"),
      .carriedOut("rotary_pct", "how much of each head is turned, unless rope_parameters says it"),
      .carriedOut("rotary_emb_base", "the base, unless rope_parameters has one"),
      .harmless("rope_theta", "rotary_emb_base says it"),
      .harmless("partial_rotary_factor", "rotary_pct says it"),
      .refused("head_dim", unless: .null, asks: "heads of another length than the state has for each"),
      .harmless("hidden_dropout", "training only"), .harmless("classifier_dropout", "training only"),
      .refused("rope_interleaved", unless: .null, .bool(false), asks: "another order of a head's elements"),
    ]
    + FieldRow.rotary.filter {
      ["hidden_act", "rope_parameters", "rope_scaling", "original_max_position_embeddings"].contains($0.name)
    }
}
