internal import CMCFieldTables

extension ModelArchitecture {
  /// Granite 3 with experts: Granite's multipliers, and perhaps a part that every position goes through.
  package static let graniteMoE = ModelArchitecture(
    "granitemoe", "Granite-MoE", ["GraniteMoeForCausalLM"], fields: graniteMoEFields
  ) {
    describe(&$0)
    // Both kinds are one in GGUF: the size of the part beside the experts says which.
    $0.gguf = graniteForm("granitemoe") {
      $0.hasExperts = true
      $0.configure = { $0.mixture?.normalizes = true }
    }
  }

  /// The same with a part that every position goes through.
  package static let graniteMoEShared = ModelArchitecture(
    "granitemoeshared", "Granite-MoE with a shared expert", ["GraniteMoeSharedForCausalLM"],
    fields: graniteMoEFields + [
      .carriedOut("shared_intermediate_size", "inside the part beside the experts; 0 for none")
    ]
  ) {
    describe(&$0)
  }

  private static func describe(_ family: inout ModelArchitecture) {
    family.tensors = HubTensors.llama.naming([
      .router: "block_sparse_moe.router.layer", .fusedExpertGateAndUp: "block_sparse_moe.input_linear",
      .expertDown: "block_sparse_moe.output_linear", .fusedSharedGateAndUp: "shared_mlp.input_linear",
      .sharedDown: "shared_mlp.output_linear",
    ])
    family.tensors.inMemory = [
      .router: "block_sparse_moe.router.weight",
      .fusedExpertGateAndUp: "block_sparse_moe.experts.gate_up_proj",
      .expertDown: "block_sparse_moe.experts.down_proj",
    ]
    family.tensors.fusesGateAndUp = true
    family.configure = { c, json in
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      try multipliers(&c, json)
      c.mixture = try ExpertMembers(names: ["num_local_experts"], experts: 8, chosen: 2)
        .read(json, size: c.feedForwardSize)
      // The softmax of the chosen alone is that of all, divided by the sum of the chosen.
      c.mixture?.normalizes = true
      let shared = try json.int("shared_intermediate_size", default: 0)
      if c.architecture == .graniteMoEShared, shared != 0 { c.mixture?.sharedSize = shared }
    }
  }

  private static let graniteMoEFields: [FieldRow] =
    FieldRow.llamaLike + FieldRow.rotary + FieldRow.experts + FieldRow.multipliers + [
      .carriedOut("num_local_experts", "how many experts a layer has"),
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
    ]
}
