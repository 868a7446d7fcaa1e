internal import CMCFieldTables

extension ModelArchitecture {
  /// Gemma 4, text only: heads by kind of layer, values normed, keys and values that layers share, inputs by layer.
  package static let gemma4 = ModelArchitecture(
    "gemma4", "Gemma 4 (text)", ["Gemma4ForCausalLM"],
    fields: FieldRow.llamaLike + gemma4Fields + [
      .carriedOut("hidden_size_per_layer_input", "the size of each layer's input of a token; 0 for none"),
      .carriedOut("vocab_size_per_layer_input", "the tokens that have them; fewer than all are refused"),
      .carriedOut("enable_moe_block", "whether experts stand beside each feed-forward part"),
      .carriedOut("num_experts", "how many experts a layer has, where it has them"),
      .carriedOut("top_k_experts", "how many of them a position goes through"),
      .carriedOut("moe_intermediate_size", "inside an expert"),
    ]
  ) {
    gemma4(&$0, types: ["gemma4_text"])
    $0.gguf = GGUFForm("gemma4") {
      $0.windowPattern = 6
      $0.hasLocalRotary = true
      $0.layersDiffer = true
      $0.mayHaveExperts = true
      $0.names = [.fusedExpertGateAndUp: "ffn_gate_up_exps"]
      $0.reads = [
        "final_logit_softcapping", "attention.key_length_swa", "attention.value_length_swa",
        "rope.dimension_count_swa", "attention.shared_kv_layers", "embedding_length_per_layer_input",
      ]
      $0.configure = { c in
        gemma4Layers(&c)
        c.feedForward = .gated(.geluTanh)
        c.mixture.map { c.mixture = gemma4Experts($0) }
      }
    }
    $0.configure = { c, json in
      try Gemma4Members(json, c).set(&c)
      try Gemma4Members.notNull(
        json, ["hidden_size_per_layer_input", "vocab_size_per_layer_input", "enable_moe_block"])
      let width = try json.int("hidden_size_per_layer_input", default: 256)
      if width != 0 {
        c.perLayerInputs = PerLayerInputs(
          width: width, rows: try json.int("vocab_size_per_layer_input", default: 262_144))
      }
      guard try json.bool("enable_moe_block", default: false) else { return }
      c.mixture = gemma4Experts(
        Mixture(
          experts: try json.int("num_experts"), chosen: try json.int("top_k_experts"),
          expertSize: try json.int("moe_intermediate_size")))
    }
  }

  /// The text part of the Gemma 4 that sees and hears without towers: without inputs by layer, and without experts.
  package static let gemma4Unified = ModelArchitecture(
    "gemma4_unified", "Gemma 4 unified (text)", ["Gemma4UnifiedForCausalLM"],
    fields: FieldRow.llamaLike + gemma4Fields
  ) {
    gemma4(&$0, types: ["gemma4_unified_text"], window: 1024, context: 262_144)
    $0.configure = { c, json in try Gemma4Members(json, c, window: 1024).set(&c) }
  }

  private static func gemma4(
    _ family: inout ModelArchitecture, types: [String], window: Int = 512, context: Int = 131_072
  ) {
    family.modelTypes = types
    family.section = types[0]
    family.sizes = ModelSizes(
      vocabulary: 262_144, hidden: 2304, inner: 9216, layers: 30, heads: 8, keyValueHeads: 4, headSize: 256,
      context: context)
    var rules = RotaryRules(base: 1_000_000, byLayer: true)
    rules.localBaseName = nil
    rules.allowsProportional = true
    rules.fallback = """
      {"sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
       "full_attention":
        {"rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1000000.0}}
      """
    family.positions = .rotary(rules)
    family.activation = ("hidden_activation", "gelu_pytorch_tanh")
    family.tiesByDefault = true
    family.tensors = gemma3.tensors.naming([
      .perLayerEmbedding: "embed_tokens_per_layer", .perLayerProjection: "per_layer_model_projection",
      .perLayerNorm: "per_layer_projection_norm", .perLayerGate: "per_layer_input_gate",
      .perLayerOutput: "per_layer_projection", .perLayerOutputNorm: "post_per_layer_input_norm",
      .layerScale: "layer_scalar", .router: "router.proj", .routerNorm: "router.scale",
      .expertScale: "router.per_expert_scale", .partOutputNorm: "post_feedforward_layernorm_1",
      .expertInputNorm: "pre_feedforward_layernorm_2", .expertOutputNorm: "post_feedforward_layernorm_2",
      .expertGate: "experts.#.gate_proj", .expertUp: "experts.#.up_proj", .expertDown: "experts.#.down_proj",
      .fusedExpertGateAndUp: "experts.gate_up_proj",
    ])
    family.tensors.inMemory = [
      .layerScale: "layer_scalar", .routerNorm: "router.scale", .expertScale: "router.per_expert_scale",
      .fusedExpertGateAndUp: "experts.gate_up_proj", .expertDown: "experts.down_proj",
    ]
  }

  /// What no file says of the layers.
  static func gemma4Layers(_ c: inout ModelConfiguration) {
    c.queryKeyNorm = .shared
    (c.normsValues, c.normsOutputs) = (true, true)
    c.attentionScale = 1
    c.embeddingScale = Float(c.hiddenSize).squareRoot()
  }

  /// What no file says of the experts.
  private static func gemma4Experts(_ mixture: Mixture) -> Mixture {
    var mixture = mixture
    (mixture.normalizes, mixture.isBeside, mixture.scalesExperts) = (true, true, true)
    return mixture
  }

  private static let gemma4Fields: [FieldRow] = [
    .carriedOut("hidden_activation", FieldRow.functions),
    .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
    .carriedOut("sliding_window", "how many positions back a local layer sees"),
    .carriedOut("layer_types", "which layers have a window; the last one never has, whatever the list says"),
    .carriedOut(
      "rope_parameters",
      "by kind of layer: default, proportional, linear, llama3, yarn and dynamic; others are refused"
    ),
    .carriedOut("final_logit_softcapping", "a bound on logits"),
    .carriedOut("global_head_dim", "the length of a head of layers without a window"),
    .carriedOut("attention_k_eq_v", "whether values of layers without a window are the keys"),
    .carriedOut(
      "num_global_key_value_heads",
      "key and value heads of layers without a window, where values are the keys"
    ),
    .carriedOut("per_layer_config", "head_dim and num_key_value_heads by layer; others are refused"),
    .carriedOut("num_kv_shared_layers", "how many of the last layers read keys and values of earlier ones"),
    .carriedOut("use_double_wide_mlp", "whether the feed-forward parts of those are twice as wide"),
    .refused(
      "use_bidirectional_attention", unless: .null, .string("vision"), asks: "attention to later positions"),
    .refused("rope_scaling", unless: .null, .emptyObject, asks: "one embedding for both kinds of layers"),
    .refused("partial_rotary_factor", unless: .null, .number(1), asks: "turning a part of each head"),
    .harmless("rope_theta", "rope_parameters has the bases"),
    .harmless("hidden_act", "transformers reads hidden_activation"),
    .harmless("cache_implementation", "results do not depend on it"),
  ]
}
