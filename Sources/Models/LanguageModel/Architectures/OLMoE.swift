internal import CMCFieldTables

extension ModelArchitecture {
  /// OLMoE: Llama's layers with experts, queries and keys normed over all heads together.
  package static let olMoE = ModelArchitecture(
    "olmoe", "OLMoE", ["OlmoeForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.experts + [
      .carriedOut("num_experts", "how many experts a layer has"),
      .carriedOut("num_local_experts", "the same, and counts first"),
      .carriedOut("norm_topk_prob", "whether the weights of the chosen are divided by their sum"),
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("clip_qkv", "what queries, keys and values are cut off at, in size"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 50_304, hidden: 2048, inner: 2048, layers: 16, heads: 16, keyValueHeads: nil, headSize: nil,
      context: 4096)
    $0.norm.fallback = 1e-5
    $0.tensors = HubTensors.llama.naming(expertTensors)
    $0.tensors.inMemory = expertTensorsInMemory
    $0.gguf = GGUFForm("olmoe") {
      $0.hasExperts = true
      $0.configure = { $0.queryKeyNorm = .whole }
    }
    $0.configure = { c, json in
      c.queryKeyNorm = .whole
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      if json.has("clip_qkv") { c.queryKeyValueBound = Float(try json.double("clip_qkv")) }
      c.mixture = try ExpertMembers(names: ["num_local_experts", "num_experts"], experts: 64, chosen: 8)
        .read(json, size: c.feedForwardSize)
      c.mixture?.normalizes = try json.bool("norm_topk_prob", default: false)
    }
  }
}
