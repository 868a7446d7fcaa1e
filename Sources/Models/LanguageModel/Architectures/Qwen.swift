internal import CMCFieldTables

extension ModelArchitecture {
  /// Llama's layers with biases on queries, keys and values.
  package static let qwen2 = ModelArchitecture(
    "qwen2", "Qwen2", ["Qwen2ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.windows
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 151_936, hidden: 4096, inner: 22_016, layers: 32, heads: 32, keyValueHeads: 32,
      headSize: nil, context: 32_768)
    $0.isWritten = true
    $0.gguf = GGUFForm("qwen2") { $0.isWritten = true }
    $0.configure = { c, json in
      c.biases = .queryKeyValue
      try windows(&c, json)
    }
  }

  /// Llama's layers with norms on queries and keys.
  package static let qwen3 = ModelArchitecture(
    "qwen3", "Qwen3", ["Qwen3ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + FieldRow.windows + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output")
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 151_936, hidden: 4096, inner: 22_016, layers: 32, heads: 32, keyValueHeads: 32,
      headSize: 128, context: 32_768)
    $0.isWritten = true
    $0.gguf = GGUFForm("qwen3") {
      $0.isWritten = true
      $0.configure = { $0.queryKeyNorm = .shared }
    }
    $0.configure = { c, json in
      c.queryKeyNorm = .shared
      if try json.bool("attention_bias", default: false) {
        c.biases = [.queryKeyValue, .attentionOutput]
      }
      try windows(&c, json)
    }
  }

  private static func windows(_ c: inout ModelConfiguration, _ json: ConfigurationJSON) throws {
    let isUsed = try json.bool("use_sliding_window", default: false)
    let rule = try WindowRule(json, fallback: 4096, null: .none, isUsed: isUsed)
    let first = try json.int("max_window_layers", default: 28)
    c.windows = try rule.windows(c.layerCount) { $0 >= first }
  }
}
