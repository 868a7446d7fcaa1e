internal import CMCFieldTables

extension ModelArchitecture {
  /// OLMo 2: what parts add is normed and not what they read; queries and keys are normed over all heads together.
  package static let olmo2 = ModelArchitecture(
    "olmo2", "OLMo 2", ["Olmo2ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output")
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 50_304, hidden: 4096, inner: 11_008, layers: 32, heads: 32, keyValueHeads: nil,
      headSize: nil, context: 2048)
    $0.norm.fallback = 1e-5
    $0.tensors = HubTensors.llama.naming([
      .attentionOutputNorm: "post_attention_layernorm", .feedForwardOutputNorm: "post_feedforward_layernorm",
    ])
    // OLMo 3's files have this name, too: what they say more is the window.
    $0.gguf = GGUFForm("olmo2") {
      $0.windowPattern = 4
      $0.windowIsOptional = true
      $0.hasLocalRotary = true
      $0.localBase = nil
      $0.configure = { c in
        c.normsInputs = false
        c.normsOutputs = true
        c.queryKeyNorm = .whole
      }
    }
    $0.configure = { c, json in
      c.normsInputs = false
      c.normsOutputs = true
      c.queryKeyNorm = .whole
      if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
    }
  }
}
