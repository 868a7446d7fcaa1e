internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Mixtral: Mistral's layers with experts, of which each position takes two.
  package static let mixtral = ModelArchitecture(
    "mixtral", "Mixtral", ["MixtralForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.experts + [
      .carriedOut("num_local_experts", "how many experts a layer has"),
      .carriedOut("num_experts", "the same, and counts first"),
      .carriedOut("sliding_window", "how many positions back a layer sees"),
      .harmless("router_jitter_noise", "training only"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 32_000, hidden: 4096, inner: 14_336, layers: 32, heads: 32, keyValueHeads: 8, headSize: nil,
      context: 131_072)
    $0.norm.fallback = 1e-5
    $0.positions = .rotary(RotaryRules(base: 1_000_000))
    $0.tensors = HubTensors.llama.naming([
      .router: "block_sparse_moe.gate", .expertGate: "block_sparse_moe.experts.#.w1",
      .expertUp: "block_sparse_moe.experts.#.w3", .expertDown: "block_sparse_moe.experts.#.w2",
    ])
    $0.tensors.inMemory = [
      .router: "mlp.gate.weight", .fusedExpertGateAndUp: "mlp.experts.gate_up_proj",
      .expertDown: "mlp.experts.down_proj",
    ]
    // Its GGUF files call themselves Llama's and say how many experts there are.
    $0.gguf = GGUFForm("llama") {
      $0.layout = .interleaved
      $0.hasExperts = true
      $0.configure = { $0.mixture?.normalizes = true }
    }
    $0.configure = { c, json in
      let window = try json.optionalInt("sliding_window")
      c.windows = c.windows.map { _ in window }
      c.mixture = try ExpertMembers(names: ["num_experts", "num_local_experts"], experts: 8, chosen: 2)
        .read(json, size: c.feedForwardSize)
      c.mixture?.normalizes = true
    }
  }
}
