internal import CMCFieldTables

extension ModelArchitecture {
  /// Seed-OSS: Llama's layers with biases of queries, keys and values that are there unless a member says not.
  package static let seedOSS = ModelArchitecture(
    "seed_oss", "Seed-OSS", ["SeedOssForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys and values; there where it is left out"),
      .carriedOut("attention_out_bias", "a bias of attention's output"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
      .harmless("residual_dropout", "training only"),
    ]
  ) {
    $0.isWritten = true
    $0.sizes = ModelSizes(
      vocabulary: 155_136, hidden: 4096, inner: 27_648, layers: 64, heads: 80, keyValueHeads: 8,
      headSize: 128, context: 524_288)
    $0.gguf = GGUFForm("seed_oss") { $0.names = [.feedForwardNorm: "post_attention_norm"] }
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: true) { c.biases.insert(.queryKeyValue) }
      if try json.bool("attention_out_bias", default: false) { c.biases.insert(.attentionOutput) }
      if try json.bool("mlp_bias", default: false) { c.biases.insert(.feedForward) }
    }
  }
}
