internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// GLM-4 (0414): norms before and after each part, half of each head turned in pairs side by side.
  package static let glm4 = ModelArchitecture(
    "glm4", "GLM-4", ["Glm4ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.partialRotary + [
      .carriedOut("attention_bias", "biases of queries, keys and values; there where it is left out")
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 151_552, hidden: 4096, inner: 13_696, layers: 40, heads: 32, keyValueHeads: 2,
      headSize: 128, context: 131_072)
    $0.norm.fallback = 0.00000015625
    $0.positions = .rotary(RotaryRules(layout: .interleaved, share: 0.5))
    $0.tensors = HubTensors.llama.naming([
      .attentionOutputNorm: "post_self_attn_layernorm", .feedForwardOutputNorm: "post_mlp_layernorm",
      .fusedGateAndUp: "mlp.gate_up_proj",
    ])
    $0.tensors.fusesGateAndUp = true
    $0.gguf = GGUFForm("glm4") {
      $0.layout = .interleaved
      $0.fusesGateAndUp = true
      $0.reads = ["rope.dimension_count"]
      $0.configure = { $0.normsOutputs = true }
    }
    $0.configure = { c, json in
      c.normsOutputs = true
      if try json.bool("attention_bias", default: true) { c.biases = .queryKeyValue }
    }
  }
}
