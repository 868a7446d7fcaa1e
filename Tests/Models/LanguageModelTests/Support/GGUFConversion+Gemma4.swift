import CMCFastJSON

/// Gemma 4, as llama.cpp's converter writes it.
extension GGUFConversion {
  /// Its names; longer ones come before those that they contain.
  static let gemma4Names = [
    ("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm_2", "pre_ffw_norm_2"),
    ("post_feedforward_layernorm_1", "post_ffw_norm_1"), ("post_feedforward_layernorm_2", "post_ffw_norm_2"),
    ("pre_feedforward_layernorm", "ffn_norm"), ("post_feedforward_layernorm", "post_ffw_norm"),
    ("embed_tokens_per_layer", "per_layer_token_embd"),
    ("per_layer_model_projection", "per_layer_model_proj"),
    ("per_layer_projection_norm", "per_layer_proj_norm"), ("per_layer_input_gate", "inp_gate"),
    ("per_layer_projection", "proj"), ("post_per_layer_input_norm", "post_norm"),
    ("layer_scalar", "layer_output_scale.weight"), ("router.proj", "ffn_gate_inp"),
    ("router.scale", "ffn_gate_inp.scale"), ("router.per_expert_scale", "ffn_down_exps.scale"),
    ("experts.gate_up_proj", "ffn_gate_up_exps.weight"), ("experts.down_proj", "ffn_down_exps.weight"),
  ]

  /// The metadata that it alone has, and the divisors that leave the last pairs of a head as they are.
  mutating func addGemma4(_ json: JSONValue) {
    func number(_ key: String) -> Int { json[key]?.int ?? 0 }
    let types = json["layer_types"]?.elements.compactMap(\.string) ?? []
    let overrides = types.indices.map { json["per_layer_config"]?[String($0)] }
    let global = overrides.lazy.compactMap { $0?["head_dim"]?.int }.first ?? number("head_dim")
    let shared = number("num_kv_shared_layers")
    let inner = number("intermediate_size")
    let entries: [(String, Entry)] = [
      ("attention.key_length", .integer(UInt32(global))),
      ("attention.value_length", .integer(UInt32(global))),
      ("attention.key_length_swa", .integer(UInt32(number("head_dim")))),
      ("attention.value_length_swa", .integer(UInt32(number("head_dim")))),
      ("rope.dimension_count", .integer(UInt32(global))),
      ("rope.dimension_count_swa", .integer(UInt32(number("head_dim")))),
      (
        "attention.head_count_kv",
        .integers(overrides.map { Int32($0?["num_key_value_heads"]?.int ?? number("num_key_value_heads")) })
      ),
      (
        "feed_forward_length",
        .integers(types.indices.map { Int32($0 < types.count - shared ? inner : 2 * inner) })
      ),
      ("attention.shared_kv_layers", .integer(UInt32(shared))),
      ("embedding_length_per_layer_input", .integer(UInt32(number("hidden_size_per_layer_input")))),
      ("expert_used_count", .integer(UInt32(number("top_k_experts")))),
    ]
    for (key, value) in entries { set("gemma4.\(key)", value) }
    let rotary = json["rope_parameters"]
    for (key, kind) in [("rope.freq_base", "full_attention"), ("rope.freq_base_swa", "sliding_attention")] {
      set("gemma4.\(key)", .number(Float(rotary?[kind]?["rope_theta"]?.double ?? 0)))
    }
    let share = rotary?["full_attention"]?["partial_rotary_factor"]?.double ?? 1
    let turned = Int(Double(global) * share / 2)
    tensors.append(
      Tensor(
        name: "rope_freqs.weight", shape: [global / 2],
        values: (0..<global / 2).map { $0 < turned ? 1 : 1e30 }))
  }
}
