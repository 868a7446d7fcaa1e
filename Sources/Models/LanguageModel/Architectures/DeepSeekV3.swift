internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
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
    describeLatent(&$0, experts: 256, chosen: 8, size: 2048, shared: 1, dense: 3)
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
}
