import CMCFastJSON

/// DeepSeek and Ministral 3, as llama.cpp's converter writes them.
extension GGUFConversion {
  /// Names of latent attention and of experts with a correction; longer ones come before those that they contain.
  static let latentNames = [
    ("self_attn.q_a_proj", "attn_q_a"), ("self_attn.q_a_layernorm", "attn_q_a_norm"),
    ("self_attn.q_b_proj", "attn_q_b"), ("self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa"),
    ("self_attn.kv_a_layernorm", "attn_kv_a_norm"), ("self_attn.kv_b_proj", "attn_kv_b"),
    ("self_attn.k_b_proj", "attn_k_b"), ("self_attn.v_b_proj", "attn_v_b"),
    ("mlp.gate.e_score_correction_bias", "exp_probs_b.bias"),
    ("mlp.shared_experts.gate_proj", "ffn_gate_shexp"), ("mlp.shared_experts.up_proj", "ffn_up_shexp"),
    ("mlp.shared_experts.down_proj", "ffn_down_shexp"),
  ]

  /// What makes keys and values of the short vector, apart: of each head's keys with inputs first.
  static func split(_ tensor: Tensor, _ json: JSONValue) -> [Tensor] {
    guard tensor.name.hasSuffix("kv_b_proj.weight") else { return [tensor] }
    let heads = json["num_attention_heads"]?.int ?? 1
    let (plain, value) = (json["qk_nope_head_dim"]?.int ?? 0, json["v_head_dim"]?.int ?? 0)
    let rank = tensor.shape[1]
    func number(_ head: Int, _ row: Int, _ column: Int) -> Float {
      tensor.values[(head * (plain + value) + row) * rank + column]
    }
    var (keys, values): ([Float], [Float]) = ([], [])
    for head in 0..<heads {
      for column in 0..<rank { for row in 0..<plain { keys.append(number(head, row, column)) } }
      for row in plain..<plain + value { for column in 0..<rank { values.append(number(head, row, column)) } }
    }
    return [
      Tensor(
        name: tensor.name.replacing("kv_b_proj", with: "k_b_proj"), shape: [heads, rank, plain], values: keys),
      Tensor(
        name: tensor.name.replacing("kv_b_proj", with: "v_b_proj"), shape: [heads, value, rank],
        values: values),
    ]
  }

  /// The metadata that latent attention and its experts have.
  mutating func addLatent(_ json: JSONValue, heads: Int) {
    func number(_ key: String) -> UInt32 { UInt32(json[key]?.int ?? 0) }
    let (rank, turned) = (number("kv_lora_rank"), number("qk_rope_head_dim"))
    var added: [(String, Entry)] = [
      ("attention.head_count_kv", .integer(1)), ("attention.key_length", .integer(rank + turned)),
      ("attention.value_length", .integer(rank)), ("attention.kv_lora_rank", .integer(rank)),
      ("attention.key_length_mla", .integer(number("qk_nope_head_dim") + turned)),
      ("attention.value_length_mla", .integer(number("v_head_dim"))),
      ("rope.dimension_count", .integer(turned)),
      ("leading_dense_block_count", .integer(number("first_k_dense_replace"))),
      ("expert_count", .integer(number("n_routed_experts"))),
      ("expert_shared_count", .integer(number("n_shared_experts"))),
      ("expert_weights_scale", .number(Float(json["routed_scaling_factor"]?.double ?? 0))),
      ("expert_group_count", .integer(number("n_group"))),
      ("expert_group_used_count", .integer(number("topk_group"))),
    ]
    if number("q_lora_rank") > 0 { added.append(("attention.q_lora_rank", .integer(number("q_lora_rank")))) }
    if json["norm_topk_prob"]?.bool == true { added.append(("expert_weights_norm", .truth(true))) }
    // The models' own files name the function; transformers' classes have one each.
    if json["model_type"]?.string == "deepseek_v3" { added.append(("expert_gating_func", .integer(2))) }
    if let scale = json["rope_parameters"]?["mscale_all_dim"]?.double {
      added.append(("rope.scaling.yarn_log_multiplier", .number(Float(0.1 * scale))))
    }
    for (key, value) in added { set("deepseek2.\(key)", value) }
  }

  /// How queries grow with their position.
  mutating func addGrowth(_ rotary: JSONValue?) {
    for (key, member) in [
      ("rope.scaling.yarn_log_multiplier", "mscale_all_dim"),
      ("attention.temperature_scale", "llama_4_scaling_beta"),
    ] {
      if let value = rotary?[member]?.double { set("mistral3.\(key)", .number(Float(value))) }
    }
  }
}
