internal import CMCFieldTables

extension ModelArchitecture {
  /// GPT-2: learned positions, layer norms, one product for queries, keys and values.
  package static let gpt2 = ModelArchitecture("gpt2", "GPT-2", ["GPT2LMHeadModel"], fields: gpt2Fields) {
    $0.sizes = ModelSizes(
      vocabulary: 50_257, hidden: 768, inner: nil, layers: 12, heads: 12, keyValueHeads: nil, headSize: nil,
      context: 1024)
    // Under the name that transformers gives a size in all models, or else under GPT-2's own.
    $0.sizes.names = ModelSizes.Names(
      hidden: ["hidden_size", "n_embd"], inner: ["n_inner"], layers: ["num_hidden_layers", "n_layer"],
      heads: ["num_attention_heads", "n_head"], keyValueHeads: nil, headSize: nil,
      context: ["max_position_embeddings", "n_positions"])
    $0.norm = NormMembers(kind: .layer, epsilon: "layer_norm_epsilon", fallback: 1e-5)
    $0.positions = .learned(offset: 0)
    $0.activation = ("activation_function", "gelu_new")
    $0.isGated = false
    $0.tiesByDefault = true
    $0.tensors = HubTensors(
      prefixes: ["transformer.", ""], layers: "h.",
      names: [
        .tokenEmbedding: "wte", .positionEmbedding: "wpe", .finalNorm: "ln_f", .head: "lm_head",
        .attentionNorm: "ln_1", .fusedQueryKeyValue: "attn.c_attn", .attentionOutput: "attn.c_proj",
        .feedForwardNorm: "ln_2", .up: "mlp.c_fc", .down: "mlp.c_proj",
      ], queryKeyValue: .stacked, storesInputsFirst: true)
    $0.gguf = GGUFForm("gpt2") {
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.fusesQueryKeyValue = true
      $0.configure = { $0.feedForward = .plain(.geluTanh) }
    }
    $0.configure = { c, json in
      for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"]
      where try json.bool(key, default: false) {
        throw LanguageModelError.unsupported(key)
      }
      guard c.headCount > 0, c.hiddenSize % c.headCount == 0 else {
        throw LanguageModelError.configuration(
          "n_embd \(c.hiddenSize) is no multiple of n_head \(c.headCount)")
      }
      if try !json.bool("scale_attn_weights", default: true) { c.attentionScale = 1 }
      c.biases = [.queryKeyValue, .attentionOutput, .feedForward]
    }
  }

  private static let gpt2Fields: [FieldRow] =
    [
      .carriedOut("vocab_size", "tokens"), .carriedOut("n_positions", "the context"),
      .carriedOut("n_embd", "the length of a state"), .carriedOut("n_layer", "layers"),
      .carriedOut("n_head", "heads"),
      .carriedOut("n_inner", "inside the feed-forward part"),
      .carriedOut("hidden_size", "another name of n_embd, and counts before it"),
      .carriedOut("num_hidden_layers", "another name of n_layer, and counts before it"),
      .carriedOut("num_attention_heads", "another name of n_head, and counts before it"),
      .carriedOut("max_position_embeddings", "another name of n_positions, and counts before it"),
      .carriedOut("activation_function", FieldRow.functions),
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
    ]
    + [
      "summary_type", "summary_use_proj", "summary_activation", "summary_proj_to_labels",
      "summary_first_dropout",
    ].map { .harmless($0, "classifiers") }
}
