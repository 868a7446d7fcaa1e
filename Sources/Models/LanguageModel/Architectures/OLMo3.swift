internal import CMCFieldTables

extension ModelArchitecture {
  /// OLMo 3: OLMo 2 with a window on three of four layers, which kinds of layers turn positions by themselves.
  package static let olmo3 = ModelArchitecture(
    "olmo3", "OLMo 3", ["Olmo3ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotaryByKind + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
      .carriedOut("layer_types", "which layers have a window; without it all but every fourth"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 50_304, hidden: 4096, inner: 11_008, layers: 32, heads: 32, keyValueHeads: nil,
      headSize: nil, context: 2048)
    $0.norm.fallback = 1e-5
    // The class takes rope_theta for layers that see everything alone.
    $0.positions = .rotary(
      RotaryRules(base: 500_000, byLayer: true, localBase: 500_000, localBaseName: nil))
    $0.tensors = olmo2.tensors
    $0.configure = { c, json in
      try olmo2.configure(&c, json)
      let rule = try WindowRule(json, fallback: 4096)
      // The class needs a number, whatever the layers are.
      guard rule.window != nil else { throw LanguageModelError.configuration("sliding_window is null") }
      c.windows = try rule.windows(c.layerCount) { ($0 + 1) % 4 != 0 }
    }
  }
}
