internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Cohere's Command-R: both parts of a layer read its state through one layer norm without bias; scaled logits.
  package static let cohere = ModelArchitecture(
    "cohere", "Cohere", ["CohereForCausalLM"],
    fields: FieldRow.llamaLike.filter { $0.name != "rms_norm_eps" } + FieldRow.rotary + [
      .carriedOut("layer_norm_eps", "norms"),
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("use_qk_norm", "whether each head's queries and keys are normed, by weights of its own"),
      .carriedOut("logit_scale", "logits times it"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 256_000, hidden: 8192, inner: 22_528, layers: 40, heads: 64, keyValueHeads: nil,
      headSize: nil, context: 8192)
    $0.norm = NormMembers(kind: .layer, epsilon: "layer_norm_eps", fallback: 1e-5, hasBias: false)
    $0.positions = .rotary(RotaryRules(layout: .interleaved, base: 500_000))
    $0.tiesByDefault = true
    $0.gguf = GGUFForm("command-r") {
      $0.layout = .interleaved
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.reads = ["logit_scale", "attn_q_norm"]
      $0.configure = { $0.arrangement = .parallel(sharesNorm: true) }
    }
    $0.configure = { c, json in
      c.arrangement = .parallel(sharesNorm: true)
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
      if try json.bool("use_qk_norm", default: false) { c.queryKeyNorm = .perHead }
      c.logitScale = Float(try json.double("logit_scale", default: 0.0625))
    }
  }
}
