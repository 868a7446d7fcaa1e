internal import CMCFieldTables

extension ModelArchitecture {
  /// Phi-3, 3.5 and 4 (mini): Llama's layers with products that lie in one tensor, a part of each head turned in some.
  package static let phi3 = ModelArchitecture(
    "phi3", "Phi-3", ["Phi3ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.partialRotary + [
      .carriedOut("sliding_window", "how many positions back a layer sees"),
      .harmless("resid_pdrop", "training only"), .harmless("embd_pdrop", "training only"),
      .harmless("attention_bias", "no member of the class, which has no biases"),
      .harmless("lm_head_bias", "no member of the class, which has no biases"),
      .harmless("full_attn_mod", "no member of the class"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 32_064, hidden: 3072, inner: 8192, layers: 32, heads: 32, keyValueHeads: nil,
      headSize: nil, context: 4096)
    $0.norm.fallback = 1e-5
    $0.positions = .rotary(
      RotaryRules(share: 1, originalContext: 4096, scalesByLongRopeAlone: true))
    $0.tensors = HubTensors.llama.naming([
      .fusedQueryKeyValue: "self_attn.qkv_proj", .fusedGateAndUp: "mlp.gate_up_proj",
    ])
    $0.tensors.queryKeyValue = .stacked
    $0.tensors.fusesGateAndUp = true
    $0.gguf = GGUFForm("phi3") {
      $0.fusesQueryKeyValue = true
      $0.fusesGateAndUp = true
      $0.reads = ["rope.dimension_count"]
    }
    $0.configure = { c, json in
      let window = try json.optionalInt("sliding_window")
      c.windows = c.windows.map { _ in window }
    }
  }
}
