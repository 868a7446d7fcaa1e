internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Ministral 3: Mistral's layers, whose queries grow with the logarithm of their position.
  package static let ministral3 = ModelArchitecture(
    "ministral3", "Ministral 3", ["Ministral3ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("sliding_window", "how many positions back a layer sees"),
      .harmless("layer_types", "no member of the class, whose layers are alike"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 131_072, hidden: 4096, inner: 14_336, layers: 34, heads: 32, keyValueHeads: 8,
      headSize: 128, context: 262_144)
    $0.norm.fallback = 1e-5
    let rules = RotaryRules(
      fallback: """
        {"type": "yarn", "rope_theta": 1000000.0, "factor": 16.0, "original_max_position_embeddings": 16384,
        "beta_fast": 32.0, "beta_slow": 1.0, "mscale_all_dim": 1.0, "mscale": 1.0, "llama_4_scaling_beta": 0.1}
        """)
    $0.positions = .rotary(rules)
    // Mistral Small 3's files have the name, too, and no growth.
    $0.gguf = GGUFForm("mistral3") {
      $0.layout = .interleaved
      $0.reads = ["attention.temperature_scale", "rope.scaling.yarn_log_multiplier"]
    }
    $0.configure = { c, json in
      let window = try json.optionalInt("sliding_window")
      c.windows = c.windows.map { _ in window }
      let rotary = try RotaryJSON(json, rules, headSize: c.headSize)
      guard let factor = try rotary.number("llama_4_scaling_beta"),
        let context = try rotary.originalContext(), context >= 1, context < 1e9
      else {
        throw LanguageModelError.configuration(
          "rope_parameters without llama_4_scaling_beta and original_max_position_embeddings")
      }
      c.queryGrowth = ModelConfiguration.QueryGrowth(factor: factor, context: Int(context))
    }
  }
}
