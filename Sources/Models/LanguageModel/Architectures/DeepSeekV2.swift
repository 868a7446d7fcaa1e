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
    describeLatent(&$0, experts: 64, chosen: 6, size: 1407, shared: 2, dense: 0)
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
}
