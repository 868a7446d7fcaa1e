import CMCFastJSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What llama.cpp's converter does with the tensors of single families, and the keys that only they have.
extension GGUFConversion {
  /// `general.architecture`.
  static func fileArchitecture(_ architecture: String, isLlama: Bool) -> String {
    if isLlama { return "llama" }
    let others = [
      "cohere": "command-r", "deepseek_v2": "deepseek2", "deepseek_v3": "deepseek2", "gemma4_text": "gemma4",
      "gpt_neox": "gptneox", "gpt_oss": "gpt-oss", "granitemoehybrid": "granitehybrid",
      "granitemoeshared": "granitemoe", "ministral3": "mistral3", "qwen2_moe": "qwen2moe",
      "seed_oss": "seed_oss",
    ]
    return others[architecture] ?? architecture
  }

  /// Other names than most families have.
  static func familyNames(_ architecture: String) -> [(String, String)] {
    switch architecture {
    case "deepseek_v2", "deepseek_v3": latentNames
    case "gemma2", "olmo2", "exaone4":
      [
        ("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm", "ffn_norm"),
        ("post_feedforward_layernorm", "post_ffw_norm"),
      ]
    case "gemma4_text": gemma4Names
    case "glm4":
      [
        ("post_self_attn_layernorm", "post_attention_norm"), ("post_mlp_layernorm", "post_ffw_norm"),
        ("mlp.gate_up_proj", "ffn_up"),
      ]
    case "gpt_neox":
      [
        ("gpt_neox.", ""), ("embed_in", "token_embd"), ("embed_out", "output"),
        ("final_layer_norm", "output_norm"), ("attention.query_key_value", "attn_qkv"),
        ("attention.dense", "attn_output"), ("mlp.dense_h_to_4h", "ffn_up"),
        ("mlp.dense_4h_to_h", "ffn_down"),
      ]
    case "gpt_oss":
      [
        ("post_attention_layernorm", "post_attention_norm"), ("mlp.router", "ffn_gate_inp"),
        ("self_attn.sinks", "attn_sinks.weight"), ("mlp.gate_experts", "ffn_gate_exps"),
        ("mlp.up_experts", "ffn_up_exps"), ("mlp.down_experts", "ffn_down_exps"),
      ]
    case "mamba", "mamba2":
      [
        ("backbone.", ""), ("mixer.in_proj", "ssm_in"), ("mixer.conv1d", "ssm_conv1d"),
        ("mixer.x_proj", "ssm_x"), ("mixer.dt_proj", "ssm_dt"), ("mixer.dt_bias", "ssm_dt.bias"),
        ("mixer.A_log", "ssm_a"), ("mixer.D", "ssm_d"), ("mixer.norm", "ssm_norm"),
        ("mixer.out_proj", "ssm_out"), (".norm.", ".attn_norm."), ("norm_f", "output_norm"),
        ("embeddings", "token_embd"),
      ]
    case "rwkv7": rwkvNames
    case "seed_oss": [("post_attention_layernorm", "post_attention_norm")]
    case "starcoder2": [("mlp.c_fc", "ffn_up"), ("mlp.c_proj", "ffn_down")]
    case "phi3": [("self_attn.qkv_proj", "attn_qkv"), ("mlp.gate_up_proj", "ffn_up")]
    case "granitemoehybrid":
      familyNames("granitemoe") + [
        ("mlp.gate_half", "ffn_gate"), ("mlp.up_half", "ffn_up"), ("mlp.down_half", "ffn_down"),
        ("mamba.in_proj", "ssm_in"), ("mamba.conv1d", "ssm_conv1d"), ("mamba.dt_bias", "ssm_dt.bias"),
        ("mamba.A_log", "ssm_a"), ("mamba.D", "ssm_d"), ("mamba.norm", "ssm_norm"),
        ("mamba.out_proj", "ssm_out"),
      ]
    case "granitemoe", "granitemoeshared":
      [
        ("block_sparse_moe.router.layer", "ffn_gate_inp"), ("block_sparse_moe.gate_linear", "ffn_gate_exps"),
        ("block_sparse_moe.up_linear", "ffn_up_exps"), ("block_sparse_moe.output_linear", "ffn_down_exps"),
        ("shared_mlp.gate_linear", "ffn_gate_shexp"), ("shared_mlp.up_linear", "ffn_up_shexp"),
        ("shared_mlp.output_linear", "ffn_down_shexp"),
      ]
    default: []
    }
  }

  static func layerNormEpsilon(_ json: JSONValue) -> Double {
    ["layer_norm_epsilon", "layer_norm_eps", "norm_epsilon"].lazy.compactMap { json[$0]?.double }.first ?? 0
  }

  /// The tensors as they are written, still under the hub's names.
  static func converted(_ tensors: [Tensor], _ architecture: String, _ json: JSONValue) -> [Tensor] {
    switch architecture {
    case "deepseek_v2", "deepseek_v3": return tensors.flatMap { split($0, json) }
    case "gpt_neox": return tensors.map { stacked($0, heads: json["num_attention_heads"]?.int ?? 1) }
    case "gemma", "gemma2":
      // No key says what scores are divided by: the queries are scaled instead.
      let size = json["head_dim"]?.double ?? 1
      let factor = Float((size / (json["query_pre_attn_scalar"]?.double ?? size)).squareRoot())
      return tensors.map { tensor in
        var copy = tensor
        if tensor.name.hasSuffix("norm.weight") { copy.values = tensor.values.map { $0 + 1 } }
        if tensor.name.contains("q_proj") { copy.values = tensor.values.map { $0 * factor } }
        return copy
      }
    case "granitemoe", "granitemoeshared":
      return tensors.flatMap { $0.name.contains(".input_linear.") ? halves($0) : [$0] }
    case "granitemoehybrid": return hybrid(tensors, json)
    case "mamba", "mamba2": return tensors.map { states($0, groups: json["n_groups"]?.int) }
    case "rwkv7": return rwkv(tensors)
    case "stablelm": return stackedNorms(tensors)
    case "gpt_oss": return tensors.flatMap { $0.name.contains(".experts.") ? interleaved($0) : [$0] }
    default: return tensors
    }
  }

  /// The tensors of a state: −exp(A_log), taps without the axis of length 1; Mamba 2's with an axis more.
  private static func states(_ tensor: Tensor, groups: Int?) -> Tensor {
    var copy = tensor
    if tensor.name.hasSuffix("A_log") { copy.values = tensor.values.map { -expf($0) } }
    if tensor.name.hasSuffix("conv1d.weight") { copy.shape.remove(at: 1) }
    guard let groups else { return copy }
    if tensor.name.hasSuffix("A_log") || tensor.name.hasSuffix(".D") { copy.shape.append(1) }
    if tensor.name.hasSuffix("mixer.norm.weight") || tensor.name.hasSuffix("mamba.norm.weight") {
      copy.shape = [groups, tensor.values.count / groups]
    }
    return copy
  }

  /// Granite 4: states as Mamba 2's, halves apart, and without experts the part for every position is all there is.
  private static func hybrid(_ tensors: [Tensor], _ json: JSONValue) -> [Tensor] {
    let isDense = json["num_local_experts"]?.int == 0
    return tensors.flatMap { tensor -> [Tensor] in
      if tensor.name.contains(".mamba.") { return [states(tensor, groups: json["mamba_n_groups"]?.int)] }
      let parts = tensor.name.contains(".input_linear.") ? halves(tensor) : [tensor]
      guard isDense else { return parts }
      return parts.map { part in
        var copy = part
        let names = [("gate_linear", "gate_half"), ("up_linear", "up_half"), ("output_linear", "down_half")]
        for (old, new) in names {
          copy.name = copy.name.replacing("shared_mlp.\(old)", with: "mlp.\(new)")
        }
        return copy
      }
    }
  }

  /// The metadata of Granite 4 beside those of Granite 3.
  mutating func addHybrid(_ json: JSONValue, keyHeads: Int) {
    func number(_ key: String) -> UInt32 { UInt32(json[key]?.int ?? 0) }
    let types = json["layer_types"]?.elements.compactMap(\.string) ?? []
    let entries: [(String, Entry)] = [
      (
        "attention.head_count_kv",
        .integers(types.map { $0 == "full_attention" ? Int32(keyHeads) : 0 })
      ),
      ("rope.scaling.finetuned", .truth(json["position_embedding_type"]?.string == "rope")),
      ("ssm.conv_kernel", .integer(number("mamba_d_conv"))),
      ("ssm.inner_size", .integer(number("mamba_expand") * number("hidden_size"))),
      ("ssm.state_size", .integer(number("mamba_d_state"))),
      ("ssm.time_step_rank", .integer(number("mamba_n_heads"))),
      ("ssm.group_count", .integer(number("mamba_n_groups"))),
    ]
    for (key, value) in entries { set("granitehybrid.\(key)", value) }
    if number("num_local_experts") == 0 {
      set("granitehybrid.feed_forward_length", .integer(number("shared_intermediate_size")))
    }
  }

  /// The metadata of models whose layers are states alone.
  static func stateEntries(_ json: JSONValue, _ name: String) -> [(key: String, value: Entry)] {
    func number(_ key: String) -> UInt32 { UInt32(json[key]?.int ?? 0) }
    var entries: [(key: String, value: Entry)] = [
      ("general.architecture", .text(name)), ("\(name).context_length", .integer(1 << 20)),
      ("\(name).embedding_length", .integer(number("hidden_size"))),
      ("\(name).feed_forward_length", .integer(0)), ("\(name).attention.head_count", .integer(0)),
      ("\(name).block_count", .integer(number("num_hidden_layers"))),
      ("\(name).ssm.conv_kernel", .integer(number("conv_kernel"))),
      ("\(name).ssm.inner_size", .integer(number("expand") * number("hidden_size"))),
      ("\(name).ssm.state_size", .integer(number("state_size"))),
      (
        "\(name).ssm.time_step_rank",
        .integer(name == "mamba" ? number("time_step_rank") : number("num_heads"))
      ),
      ("\(name).attention.layer_norm_rms_epsilon", .number(Float(layerNormEpsilon(json)))),
    ]
    if name == "mamba2" { entries.append(("\(name).ssm.group_count", .integer(number("n_groups")))) }
    return entries
  }

  /// Rows of the gate and then of `up`, apart.
  private static func halves(_ tensor: Tensor) -> [Tensor] {
    let experts = tensor.shape.count == 3 ? tensor.shape[0] : 1
    let (rows, columns) = (tensor.shape[tensor.shape.count - 2], tensor.shape[tensor.shape.count - 1])
    return ["gate", "up"].enumerated().map { index, kind in
      var part = tensor
      part.name = tensor.name.replacing("input_linear", with: "\(kind)_linear")
      part.shape[tensor.shape.count - 2] = rows / 2
      part.values = (0..<experts).flatMap { expert in
        let start = (expert * rows + index * rows / 2) * columns
        return tensor.values[start..<start + rows / 2 * columns]
      }
      return part
    }
  }

  /// gpt-oss's experts, which have inputs first, and columns of the gate and of `up` in turn.
  private static func interleaved(_ tensor: Tensor) -> [Tensor] {
    let isBias = tensor.name.hasSuffix("_bias")
    let kinds = tensor.name.contains("gate_up") ? ["gate", "up"] : ["down"]
    let experts = tensor.shape[0]
    let (inputs, outputs) = isBias ? (1, tensor.shape[1]) : (tensor.shape[1], tensor.shape[2])
    let layer = tensor.name.components(before: ".experts.")
    return kinds.enumerated().map { index, kind in
      var values: [Float] = []
      for expert in 0..<experts {
        for output in stride(from: index, to: outputs, by: kinds.count) {
          for input in 0..<inputs {
            values.append(tensor.values[(expert * inputs + input) * outputs + output])
          }
        }
      }
      let count = outputs / kinds.count
      return Tensor(
        name: "\(layer).\(kind)_experts.\(isBias ? "bias" : "weight")",
        shape: isBias ? [experts, count] : [experts, count, inputs], values: values)
    }
  }

  /// GPT-NeoX's queries, keys and values: from those of each head to those of all heads, one below the other.
  private static func stacked(_ tensor: Tensor, heads: Int) -> Tensor {
    guard tensor.name.contains("query_key_value") else { return tensor }
    var copy = tensor
    let block = tensor.values.count / (3 * heads)
    copy.values = []
    for part in 0..<3 {
      for head in 0..<heads {
        let start = (3 * head + part) * block
        copy.values += tensor.values[start..<start + block]
      }
    }
    return copy
  }

  /// The norms of heads, one tensor for all of a layer.
  private static func stackedNorms(_ tensors: [Tensor]) -> [Tensor] {
    var others: [Tensor] = []
    var stacks: [(name: String, heads: [Int: [Float]])] = []
    for tensor in tensors {
      let parts = tensor.name.split(separator: ".").map(String.init)
      guard let place = parts.firstIndex(of: "norms"), let head = Int(parts[place + 1]) else {
        others.append(tensor)
        continue
      }
      let name = (parts[..<(place - 1)] + [parts[place - 1].replacing("layernorm", with: "norm"), "weight"])
        .joined(separator: ".")
      if let index = stacks.firstIndex(where: { $0.name == name }) {
        stacks[index].heads[head] = tensor.values
      } else {
        stacks.append((name, [head: tensor.values]))
      }
    }
    return others
      + stacks.map { name, heads in
        let rows = heads.sorted { $0.key < $1.key }.map(\.value)
        return Tensor(name: name, shape: [rows.count, rows[0].count], values: rows.flatMap { $0 })
      }
  }

  /// Keys that single families have.
  mutating func addOptions(_ json: JSONValue, _ name: String) {
    for (key, member) in [
      ("attention.scale", "attention_multiplier"), ("embedding_scale", "embedding_multiplier"),
      ("residual_scale", "residual_multiplier"), ("logit_scale", "logits_scaling"),
      ("logit_scale", "logit_scale"), ("attn_logit_softcapping", "attn_logit_softcapping"),
      ("final_logit_softcapping", "final_logit_softcapping"),
    ] {
      if let value = json[member]?.double { entries.append(("\(name).\(key)", .number(Float(value)))) }
    }
    if let isParallel = json["use_parallel_residual"]?.bool {
      entries.append(("\(name).use_parallel_residual", .truth(isParallel)))
    }
    if let size = json["shared_intermediate_size"]?.int {
      entries.append(("\(name).expert_shared_feed_forward_length", .integer(UInt32(size))))
    }
  }

  /// Phi-3's factors, and what turned queries and keys are multiplied by.
  mutating func addLongRope(_ json: JSONValue, _ name: String) throws {
    guard let rope = json["rope_parameters"], rope["rope_type"]?.string == "longrope" else { return }
    let original = json["original_max_position_embeddings"]?.double ?? 1
    let ratio = (json["max_position_embeddings"]?.double ?? 1) / original
    let factor = (1 + log(ratio) / log(original)).squareRoot()
    entries.append(("\(name).rope.scaling.attn_factor", .number(Float(factor))))
    entries.append(("\(name).rope.scaling.original_context_length", .integer(UInt32(original))))
    for (kind, member) in [("short", "short_factor"), ("long", "long_factor")] {
      let values = rope[member]?.elements.compactMap(\.double).map { Float($0) } ?? []
      tensors.append(Tensor(name: "rope_factors_\(kind).weight", shape: [values.count], values: values))
    }
  }
}

extension String {
  /// What stands before a word.
  fileprivate func components(before word: String) -> String {
    firstRange(of: word).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
