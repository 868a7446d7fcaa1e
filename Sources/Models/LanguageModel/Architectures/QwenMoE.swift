internal import CMCFieldTables

extension ModelArchitecture {
  /// Qwen2's layers with experts and a gated part that every position goes through.
  package static let qwen2MoE = ModelArchitecture(
    "qwen2_moe", "Qwen2-MoE", ["Qwen2MoeForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.windows + FieldRow.experts + FieldRow.denseLayers
      + [
        .carriedOut("num_experts", "how many experts a layer has"),
        .carriedOut("qkv_bias", "biases of queries, keys and values; there where it is left out"),
        .carriedOut("shared_expert_intermediate_size", "inside the part beside the experts"),
      ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 151_936, hidden: 2048, inner: 5632, layers: 24, heads: 16, keyValueHeads: 16, headSize: nil,
      context: 32_768)
    $0.tensors = HubTensors.llama.naming(
      expertTensors.merging(
        [
          .sharedGate: "mlp.shared_expert.gate_proj", .sharedUp: "mlp.shared_expert.up_proj",
          .sharedDown: "mlp.shared_expert.down_proj", .sharedExpertGate: "mlp.shared_expert_gate",
        ]) { $1 })
    $0.tensors.inMemory = expertTensorsInMemory
    $0.gguf = GGUFForm("qwen2moe") {
      $0.hasExperts = true
      $0.hasSharedExpert = true
      $0.configure = { $0.mixture?.gatesShared = true }
    }
    $0.configure = { c, json in
      if try json.bool("qkv_bias", default: true) { c.biases = .queryKeyValue }
      try experts(&c, json, names: ["num_experts"], count: 60, chosen: 4, size: 1408)
      c.mixture?.sharedSize = try json.int("shared_expert_intermediate_size", default: 5632)
      c.mixture?.gatesShared = true
      let isUsed = try json.bool("use_sliding_window", default: false)
      let rule = try WindowRule(json, fallback: 4096, null: .none, isUsed: isUsed)
      let first = try json.int("max_window_layers", default: 28)
      // Without a list every second layer, of those before the first that never has a window.
      c.windows = try rule.windows(c.layerCount) { $0 % 2 == 0 && $0 < first }
    }
  }

  /// Qwen3's layers with experts.
  package static let qwen3MoE = ModelArchitecture(
    "qwen3_moe", "Qwen3-MoE", ["Qwen3MoeForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.experts + FieldRow.denseLayers + [
      .carriedOut("num_experts", "how many experts a layer has"),
      .carriedOut("num_local_experts", "the same, and counts first"),
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("use_sliding_window", "whether layers have a window"),
      .carriedOut("sliding_window", "how many positions back a layer sees"),
      .harmless("max_window_layers", "no member of the class, whose layers are alike"),
      .harmless("layer_types", "no member of the class, whose layers are alike"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 151_936, hidden: 2048, inner: 6144, layers: 24, heads: 32, keyValueHeads: 4, headSize: nil,
      context: 32_768)
    $0.tensors = HubTensors.llama.naming(expertTensors)
    $0.tensors.inMemory = expertTensorsInMemory
    $0.gguf = GGUFForm("qwen3moe") {
      $0.hasExperts = true
      $0.configure = {
        $0.queryKeyNorm = .shared
        $0.mixture?.normalizes = true
      }
    }
    $0.configure = { c, json in
      c.queryKeyNorm = .shared
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      try experts(&c, json, names: ["num_local_experts", "num_experts"], count: 128, chosen: 8, size: 768)
      guard try json.bool("use_sliding_window", default: false) else { return }
      let window = json.isNull("sliding_window") ? nil : try json.int("sliding_window", default: 4096)
      c.windows = c.windows.map { _ in window }
    }
  }

  /// The names of experts' tensors in Qwen's files and those that are called alike.
  static let expertTensors: [TensorRole: String] = [
    .router: "mlp.gate", .expertGate: "mlp.experts.#.gate_proj", .expertUp: "mlp.experts.#.up_proj",
    .expertDown: "mlp.experts.#.down_proj",
  ]

  /// The same in newer files.
  static let expertTensorsInMemory: [TensorRole: String] = [
    .fusedExpertGateAndUp: "mlp.experts.gate_up_proj", .expertDown: "mlp.experts.down_proj",
  ]

  /// What both families say of experts.
  private static func experts(
    _ c: inout ModelConfiguration, _ json: ConfigurationJSON, names: [String], count: Int, chosen: Int,
    size: Int
  ) throws {
    var mixture = try ExpertMembers(names: names, experts: count, chosen: chosen)
      .read(json, size: json.int("moe_intermediate_size", default: size))
    mixture.normalizes = try json.bool("norm_topk_prob", default: false)
    mixture.denseLayers = try ExpertMembers.denseLayers(
      json, layers: c.layerCount, experts: mixture.experts)
    c.mixture = mixture.experts == 0 ? nil : mixture
  }
}
