internal import CMCFieldTables

extension ModelArchitecture {
  /// Gemma 3, text only: local and global layers, norms before and after each part.
  package static let gemma3 = ModelArchitecture(
    "gemma3", "Gemma 3 (text)", ["Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"],
    fields: FieldRow.llamaLike + gemma3Fields
  ) {
    $0.isWritten = true
    $0.modelTypes = ["gemma3_text", "gemma3"]
    $0.section = "gemma3_text"
    $0.wrapper = FieldSection("gemma3", FieldRow.common + gemma3Wrapper)
    $0.sizes = ModelSizes(
      vocabulary: 262_208, hidden: 2304, inner: 9216, layers: 26, heads: 8, keyValueHeads: 4, headSize: 256,
      context: 131_072)
    $0.norm.offset = 1
    $0.positions = .rotary(RotaryRules(base: 1_000_000, byLayer: true))
    $0.activation = ("hidden_activation", "gelu_pytorch_tanh")
    $0.tiesByDefault = true
    $0.tensors = HubTensors.llama.naming([
      // The same words stand for the norm after attention here and for the one after the sum in Llama.
      .attentionOutputNorm: "post_attention_layernorm", .feedForwardNorm: "pre_feedforward_layernorm",
      .feedForwardOutputNorm: "post_feedforward_layernorm",
    ])
    $0.gguf = GGUFForm("gemma3") {
      $0.isWritten = true
      $0.windowPattern = 6
      $0.hasLocalRotary = true
      $0.configure = { c in
        layers(&c)
        c.feedForward = .gated(.geluTanh)
        // The 27B model alone divides by the width per head instead of the size of a head.
        if c.layerCount == 62, c.headCount > 0 {
          c.attentionScale = 1 / Float(c.hiddenSize / c.headCount).squareRoot()
        }
      }
    }
    $0.configure = { c, json in
      for key in ["attn_logit_softcapping", "final_logit_softcapping"] where json.has(key) {
        throw LanguageModelError.unsupported(key)
      }
      guard try !json.bool("use_bidirectional_attention", default: false) else {
        throw LanguageModelError.unsupported("use_bidirectional_attention")
      }
      let pattern = try json.int("sliding_window_pattern", default: 6)
      guard pattern > 0 else {
        throw LanguageModelError.configuration("sliding_window_pattern is \(pattern)")
      }
      c.windows = try WindowRule(json, fallback: 4096).windows(c.layerCount) { ($0 + 1) % pattern != 0 }
      if try json.bool("attention_bias", default: false) {
        c.biases = [.queryKeyValue, .attentionOutput]
      }
      layers(&c)
      c.attentionScale = 1 / Float(try json.double("query_pre_attn_scalar", default: 256)).squareRoot()
    }
  }

  private static func layers(_ c: inout ModelConfiguration) {
    c.queryKeyNorm = .shared
    c.normsOutputs = true
    c.embeddingScale = Float(c.hiddenSize).squareRoot()
  }

  private static let gemma3Fields: [FieldRow] = [
    .carriedOut("hidden_activation", FieldRow.functions),
    .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
    .carriedOut("query_pre_attn_scalar", "scores are divided by its root"),
    .carriedOut("sliding_window", "how many positions back a local layer sees"),
    .carriedOut("sliding_window_pattern", "every so many layers one is global"),
    .harmless("_sliding_window_pattern", "layer_types says the same"),
    .carriedOut("layer_types", "which layers have a window"),
    .carriedOut(
      "rope_parameters",
      "by kind of layer: default, linear, llama3, yarn, dynamic and longrope; others are refused"
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

  private static let gemma3Wrapper: [FieldRow] =
    [
      .carriedOut("text_config", "the language model: a section of its own"),
      .carriedOut(
        "tie_word_embeddings", "whether embeddings make the logits; this one counts, not text_config's"),
    ]
    + [
      "vision_config", "mm_tokens_per_image", "boi_token_index", "eoi_token_index", "image_token_index",
      "image_token_id", "boi_token_id", "eoi_token_id",
    ].map { .harmless($0, "pictures are no input") }
}
