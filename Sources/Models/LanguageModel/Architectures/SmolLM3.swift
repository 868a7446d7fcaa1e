internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// SmolLM3: Llama's layers, of which every fourth is not turned.
  package static let smolLM3 = ModelArchitecture(
    "smollm3", "SmolLM3", ["SmolLM3ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
      .carriedOut("no_rope_layers", "for each layer 1 where it is turned, 0 where it is not"),
      .carriedOut("no_rope_layer_interval", "without a list every so many layers one is not turned"),
      .carriedOut(
        "use_sliding_window", "whether layers that are not turned have a window, without layer_types"),
      .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
      .carriedOut("layer_types", "which layers have a window"),
      .harmless("max_window_layers", "no member of the class"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 128_256, hidden: 2048, inner: 11_008, layers: 36, heads: 16, keyValueHeads: 4,
      headSize: nil, context: 32_768)
    $0.positions = .rotary(RotaryRules(base: 2_000_000))
    $0.tiesByDefault = true
    $0.gguf = GGUFForm("smollm3") {
      $0.layout = .interleaved
      // No key says it.
      $0.configure = { c in
        c.unturnedLayers = Set((0..<max(0, min(c.layerCount, 4096))).filter { ($0 + 1) % 4 == 0 })
      }
    }
    $0.configure = { c, json in
      try llama.configure(&c, json)
      let unturned = try unturnedLayers(json, c.layerCount)
      let rule = try WindowRule(json, fallback: nil, null: .none)
      let usesWindow = try json.bool("use_sliding_window", default: false)
      c.windows = try rule.windows(c.layerCount) { usesWindow && unturned.contains($0) }
      c.unturnedLayers = unturned
    }
  }

  private static func unturnedLayers(_ json: ConfigurationJSON, _ layerCount: Int) throws -> Set<Int> {
    guard (1...4096).contains(layerCount) else { return [] }
    if let list = try json.intOrInts("no_rope_layers") {
      guard list.count >= layerCount else {
        throw LanguageModelError.configuration(
          "no_rope_layers names \(list.count) layers, there are \(layerCount)")
      }
      return Set((0..<layerCount).filter { list[$0] == 0 })
    }
    let interval = try json.int("no_rope_layer_interval", default: 4)
    guard interval > 0 else {
      throw LanguageModelError.configuration("no_rope_layer_interval is \(interval)")
    }
    return Set((0..<layerCount).filter { ($0 + 1) % interval == 0 })
  }
}
