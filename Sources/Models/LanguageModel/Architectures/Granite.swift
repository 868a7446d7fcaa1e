internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Granite 3: Llama's layers with four multipliers.
  package static let granite = ModelArchitecture(
    "granite", "Granite 3", ["GraniteForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
    ] + FieldRow.multipliers
  ) {
    $0.gguf = graniteForm("granite")
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: false) {
        c.biases.formUnion([.queryKeyValue, .attentionOutput])
      }
      if try json.bool("mlp_bias", default: false) { c.biases.insert(.feedForward) }
      try multipliers(&c, json)
    }
  }

  /// Granite's files of GGUF, whose rows are in the order of Llama's.
  static func graniteForm(_ name: String, _ differences: (inout GGUFForm) -> Void = { _ in }) -> GGUFForm {
    GGUFForm(name) {
      $0.layout = .interleaved
      $0.reads = ["attention.scale", "embedding_scale", "residual_scale", "logit_scale"]
      $0.dividesLogits = true
      differences(&$0)
    }
  }

  /// Granite's four multipliers.
  static func multipliers(_ c: inout ModelConfiguration, _ json: ConfigurationJSON) throws {
    c.embeddingScale = Float(try json.double("embedding_multiplier", default: 1))
    // Null leaves the scale to attention itself.
    if !json.isNull("attention_multiplier") {
      c.attentionScale = Float(try json.double("attention_multiplier", default: 1))
    }
    c.residualScale = Float(try json.double("residual_multiplier", default: 1))
    c.logitScale = Float(1 / (try json.double("logits_scaling", default: 1)))
  }
}

extension FieldRow {
  /// Those of Granite's multipliers.
  static let multipliers: [FieldRow] = [
    .carriedOut("embedding_multiplier", "embeddings times it"),
    .carriedOut("attention_multiplier", "scores times it, in place of 1 / √(length of a head)"),
    .carriedOut("residual_multiplier", "what a part adds to the state times it"),
    .carriedOut("logits_scaling", "logits divided by it"),
  ]
}
