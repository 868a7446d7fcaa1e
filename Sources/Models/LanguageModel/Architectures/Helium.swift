internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Helium: Llama's layers, turned in pairs side by side.
  package static let helium = ModelArchitecture(
    "helium", "Helium", ["HeliumForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys and values"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 48_000, hidden: 2560, inner: 7040, layers: 24, heads: 20, keyValueHeads: 20,
      headSize: 128, context: 4096)
    $0.norm.fallback = 1e-8
    $0.positions = .rotary(RotaryRules(layout: .interleaved, base: 100_000))
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: false) { c.biases.insert(.queryKeyValue) }
      if try json.bool("mlp_bias", default: false) { c.biases.insert(.feedForward) }
    }
  }
}
