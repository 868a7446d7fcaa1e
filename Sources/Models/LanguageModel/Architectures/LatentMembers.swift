internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// What both generations have in common, with the class's numbers where a file leaves them out.
  static func describeLatent(
    _ family: inout ModelArchitecture, experts: Int, chosen: Int, size: Int, shared: Int, dense: Int
  ) {
    let isThird = family.rawValue == "deepseek_v3"
    family.gguf = latentForm
    family.positions = .rotary(RotaryRules(layout: .interleaved))
    family.tensors = HubTensors.llama.naming(
      expertTensors.merging([
        .queryDown: "self_attn.q_a_proj", .queryDownNorm: "self_attn.q_a_layernorm",
        .latentQueryUp: "self_attn.q_b_proj", .latentDown: "self_attn.kv_a_proj_with_mqa",
        .latentNorm: "self_attn.kv_a_layernorm", .latentUp: "self_attn.kv_b_proj",
        .sharedGate: "mlp.shared_experts.gate_proj", .sharedUp: "mlp.shared_experts.up_proj",
        .sharedDown: "mlp.shared_experts.down_proj",
      ]) { $1 })
    family.tensors.inMemory = expertTensorsInMemory.merging(
      [.routerCorrection: "mlp.gate.e_score_correction_bias"]) { $1 }
    family.configure = { c, json in
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      try latent(&c, json)
      var mixture = try ExpertMembers(
        names: [isThird ? "num_local_experts" : "num_experts", "n_routed_experts"], experts: experts,
        chosen: chosen
      ).read(json, size: json.int("moe_intermediate_size", default: size))
      mixture.scale = Float(try json.double("routed_scaling_factor", default: isThird ? 2.5 : 1))
      // A product that wraps around is refused with the sizes.
      mixture.sharedSize = mixture.expertSize &* (try json.int("n_shared_experts", default: shared))
      mixture.denseLayers = Set(
        0..<max(0, min(c.layerCount, 4096, try json.int("first_k_dense_replace", default: dense))))
      let count = try json.optionalInt("n_group") ?? (isThird && !json.isNull("n_group") ? 8 : 1)
      let kept = try json.optionalInt("topk_group") ?? (isThird && !json.isNull("topk_group") ? 4 : 1)
      mixture.groups = Mixture.Groups(count: count, chosen: kept, best: 1)
      c.mixture = mixture
    }
  }

  /// Both call themselves so in GGUF, where what differs has keys of its own; the second generation is found first.
  private static let latentForm = GGUFForm("deepseek2") {
    $0.layout = .interleaved
    $0.isLatent = true
    $0.mayHaveExperts = true
    $0.names = [.fusedExpertGateAndUp: "ffn_gate_up_exps"]
    $0.reads = [
      "rope.dimension_count", "rope.scaling.yarn_log_multiplier", "attention.q_lora_rank",
      "attention.kv_lora_rank", "attention.key_length_mla", "attention.value_length_mla",
      "attention.temperature_scale", "attention.temperature_length", "leading_dense_block_count",
      "expert_shared_count", "expert_weights_norm", "expert_gating_func", "expert_group_count",
    ]
  }

  /// The sizes of heads, and what scores are multiplied by.
  private static func latent(_ c: inout ModelConfiguration, _ json: ConfigurationJSON) throws {
    let latent = LatentAttention(
      queryRank: json.isNull("q_lora_rank") ? nil : try json.int("q_lora_rank", default: 1536),
      rank: try json.int("kv_lora_rank", default: 512), turned: try json.int("qk_rope_head_dim", default: 64),
      plain: try json.int("qk_nope_head_dim", default: 128),
      valueSize: try json.int("v_head_dim", default: 128))
    c.latent = latent
    // Angles are made for it, while heads have the other length.
    if let size = try json.optionalInt("head_dim"), size != latent.turned {
      throw LanguageModelError.unsupported("latent attention with a head_dim other than qk_rope_head_dim")
    }
    c.headSize = latent.turned &+ latent.plain
    guard c.keyValueHeadCount == c.headCount else {
      throw LanguageModelError.unsupported("latent attention with fewer key and value heads than query heads")
    }
    guard case .rotary(let layout, var global, let local) = c.positions else { return }
    global.turned = latent.turned
    c.positions = .rotary(layout: layout, global: global, local: local)
    c.attentionScale = 1 / Float(c.headSize).squareRoot()
    let rotary = try RotaryJSON(json, RotaryRules(), headSize: latent.turned)
    if global.scaling != .none, let all = try rotary.number("mscale_all_dim"), all != 0 {
      let factor = try rotary.number("factor") ?? 1
      let scale = Yarn.scaled(factor: factor, scale: all)
      c.attentionScale *= Float(scale * scale)
    }
  }

  /// The members of both.
  static let deepSeekFields: [FieldRow] =
    FieldRow.llamaLike.filter { $0.name != "head_dim" }
    + FieldRow.rotary.filter { $0.name != "rope_interleaved" }
    + FieldRow.experts + [
      .carriedOut("n_routed_experts", "how many experts a layer has"),
      .carriedOut("n_shared_experts", "the part for every position is so many experts wide"),
      .carriedOut("moe_intermediate_size", "inside an expert"),
      .carriedOut("first_k_dense_replace", "so many first layers have no experts"),
      .carriedOut("routed_scaling_factor", "weights of the chosen times it"),
      .carriedOut("n_group", "groups of experts"), .carriedOut("topk_group", "how many groups are chosen of"),
      .carriedOut("q_lora_rank", "the length of what queries are made of; null for the state itself"),
      .carriedOut("kv_lora_rank", "the length of what keys and values are made of"),
      .carriedOut("qk_rope_head_dim", "the turned elements of a head"),
      .carriedOut("qk_nope_head_dim", "the other elements of a head"),
      .carriedOut("v_head_dim", "the elements of a head's values"),
      .carriedOut("attention_bias", "biases of what makes short vectors, and of attention's output"),
      .carriedOut("head_dim", "the turned elements of a head; another number is refused"),
      .harmless("qk_head_dim", "the class computes it"),
      .harmless("seq_aux", "training only"), .harmless("aux_loss_alpha", "training only"),
      .harmless("ep_size", "how training is spread"), .harmless("moe_layer_freq", "no member of the class"),
    ]
}
