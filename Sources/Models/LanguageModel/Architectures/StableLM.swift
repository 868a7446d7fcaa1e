internal import CMCFieldTables

extension ModelArchitecture {
  /// StableLM: layer norms, a quarter of each head turned, the parts of a layer in turn or side by side.
  package static let stableLM = ModelArchitecture(
    "stablelm", "StableLM", ["StableLmForCausalLM"],
    fields: FieldRow.llamaLike.filter { $0.name != "rms_norm_eps" && $0.name != "head_dim" }
      + FieldRow.partialRotary + [
        .carriedOut("layer_norm_eps", "norms"),
        .carriedOut("use_qkv_bias", "biases of queries, keys and values"),
        .carriedOut("qk_layernorm", "whether each head's queries and keys are normed, by weights of its own"),
        .carriedOut("use_parallel_residual", "whether both parts of a layer read the same, through one norm"),
        .refused("head_dim", unless: .null, asks: "heads of another length than the state has for each"),
        .harmless("hidden_dropout", "training only"),
        .harmless("rotary_scaling_factor", "no member of the class"),
        .harmless("norm_eps", "no member of the class"),
      ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 50_304, hidden: 2560, inner: 6912, layers: 32, heads: 32, keyValueHeads: 32, headSize: nil,
      context: 4096)
    $0.sizes.names.headSize = nil
    $0.norm = NormMembers(kind: .layer, epsilon: "layer_norm_eps", fallback: 1e-5)
    $0.positions = .rotary(RotaryRules(share: 0.25))
    $0.tensors = HubTensors.llama.naming([
      .queryNorm: "self_attn.q_layernorm.norms.#", .keyNorm: "self_attn.k_layernorm.norms.#",
    ])
    $0.gguf = GGUFForm("stablelm") {
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.reads = ["rope.dimension_count", "attn_q_norm"]
      $0.sharesMissingNorm = true
    }
    $0.configure = { c, json in
      if try json.bool("use_qkv_bias", default: false) { c.biases = .queryKeyValue }
      if try json.bool("qk_layernorm", default: false) { c.queryKeyNorm = .perHead }
      if try json.bool("use_parallel_residual", default: false) {
        c.arrangement = .parallel(sharesNorm: true)
      }
    }
  }
}
