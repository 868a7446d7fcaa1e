internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// DeepSeek-V2: latent attention, experts of which the best by softmax are taken, a part for every position.
  package static let deepSeekV2 = ModelArchitecture(
    "deepseek_v2", "DeepSeek-V2", ["DeepseekV2ForCausalLM"],
    fields: deepSeekFields + [
      .carriedOut("topk_method", "greedy, or of the best groups; others are refused"),
      .harmless("norm_topk_prob", "the class does not read it"),
      .carriedOut("mlp_bias", "biases of the feed-forward part are refused"),
      .carriedOut("num_experts", "n_routed_experts under its other name, which counts first"),
    ]
  ) {
    // The class has no number of chosen experts; this is that of the models.
    describe(&$0, experts: 64, chosen: 6, size: 1407, shared: 2, dense: 0)
    $0.sizes = ModelSizes(
      vocabulary: 102_400, hidden: 4096, inner: 11_008, layers: 32, heads: 32, keyValueHeads: nil,
      headSize: nil,
      context: 2048)
    $0.sizes.names.headSize = nil
    let shared = $0.configure
    $0.configure = { c, json in
      try shared(&c, json)
      guard try !json.bool("mlp_bias", default: false) else {
        throw LanguageModelError.unsupported("mlp_bias")
      }
      switch try json.string("topk_method") ?? "greedy" {
      case "greedy": c.mixture?.groups = nil
      case "group_limited_greedy": c.mixture?.groups?.best = 1
      case let method: throw LanguageModelError.unsupported("topk_method \(method)")
      }
    }
  }

  /// DeepSeek-V3 and what is made like it: experts by sigmoid and a correction, in groups.
  package static let deepSeekV3 = ModelArchitecture(
    "deepseek_v3", "DeepSeek-V3", ["DeepseekV3ForCausalLM"],
    fields: deepSeekFields + [
      .carriedOut("norm_topk_prob", "whether the weights of the chosen are divided by their sum"),
      .carriedOut("rope_interleave", "whether pairs lie side by side"),
      .carriedOut("num_local_experts", "n_routed_experts under its other name, which counts first"),
      .harmless("topk_method", "no member of the class"), .harmless("scoring_func", "no member of the class"),
      .harmless("num_mtp_layers", "layers that predict further tokens are not run"),
      .harmless("num_nextn_predict_layers", "layers that predict further tokens are not run"),
    ]
  ) {
    describe(&$0, experts: 256, chosen: 8, size: 2048, shared: 1, dense: 3)
    $0.sizes = ModelSizes(
      vocabulary: 129_280, hidden: 7168, inner: 18_432, layers: 61, heads: 128, keyValueHeads: 128,
      headSize: nil, context: 4096)
    $0.sizes.names.headSize = nil
    let shared = $0.configure
    $0.configure = { c, json in
      try shared(&c, json)
      c.mixture?.scores = .sigmoid
      c.mixture?.hasCorrection = true
      c.mixture?.normalizes = try json.flag("norm_topk_prob", default: true)
      let size = (c.mixture?.experts ?? 1) / max(1, c.mixture?.groups?.count ?? 1)
      c.mixture?.groups?.best = min(2, size)
      if try !json.flag("rope_interleave", default: true),
        case .rotary(_, let global, let local) = c.positions
      {
        c.positions = .rotary(layout: .halves, global: global, local: local)
      }
    }
  }

  private static func describe(
    _ family: inout ModelArchitecture, experts: Int, chosen: Int, size: Int, shared: Int, dense: Int
  ) {
    let isThird = family.rawValue == "deepseek_v3"
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

  private static let deepSeekFields: [FieldRow] =
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
