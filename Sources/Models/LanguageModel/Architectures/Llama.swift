internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Llama 1 to 3 and all that share its layers: TinyLlama, SmolLM2, llama2.c.
  package static let llama = ModelArchitecture(
    "llama", "Llama", ["LlamaForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
    ]
  ) {
    $0.isWritten = true
    $0.gguf = GGUFForm("llama") {
      $0.layout = .interleaved
      $0.isWritten = true
    }
    $0.configure = { c, json in
      if try json.bool("attention_bias", default: false) {
        c.biases.formUnion([.queryKeyValue, .attentionOutput])
      }
      if try json.bool("mlp_bias", default: false) { c.biases.insert(.feedForward) }
    }
  }
}
