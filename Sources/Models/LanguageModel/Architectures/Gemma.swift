internal import CMCFieldTables

extension ModelArchitecture {
  /// Gemma 1: Llama's layers with norms stored less 1, scaled embeddings and GELU.
  package static let gemma = ModelArchitecture(
    "gemma", "Gemma", ["GemmaForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + gemmaFields + [
      .harmless("hidden_activation", "transformers reads hidden_act")
    ]
  ) {
    $0.isWritten = true
    $0.sizes = ModelSizes(
      vocabulary: 256_000, hidden: 3072, inner: 24_576, layers: 28, heads: 16, keyValueHeads: 16,
      headSize: 256, context: 8192)
    $0.norm.offset = 1
    $0.activation.fallback = "gelu_pytorch_tanh"
    $0.tiesByDefault = true
    $0.gguf = GGUFForm("gemma") {
      $0.configure = { c in
        c.embeddingScale = Float(c.hiddenSize).squareRoot()
        c.feedForward = .gated(.geluTanh)
      }
    }
    $0.configure = { c, json in
      try gemmaLayers(&c, json)
      // What the first releases call GELU is its tanh form; the class says so.
      if c.feedForward == .gated(.gelu), try json.string("hidden_act") == "gelu" {
        c.feedForward = .gated(.geluTanh)
      }
    }
  }

  /// Gemma 2: bounds on scores and logits, layers with and without a window in turn, norms before and after each part.
  package static let gemma2 = ModelArchitecture(
    "gemma2", "Gemma 2", ["Gemma2ForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary.filter { $0.name != "hidden_act" } + gemmaFields + [
      .carriedOut("hidden_activation", FieldRow.functions),
      .harmless("hidden_act", "transformers reads hidden_activation"),
      .carriedOut("query_pre_attn_scalar", "scores are divided by its root"),
      .carriedOut("sliding_window", "how many positions back a layer with a window sees"),
      .carriedOut("layer_types", "which layers have a window; without it every other one, from the first"),
      .carriedOut("final_logit_softcapping", "a bound on logits"),
      .carriedOut("attn_logit_softcapping", "a bound on scores of attention"),
      .harmless("cache_implementation", "results do not depend on it"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 256_000, hidden: 2304, inner: 9216, layers: 26, heads: 8, keyValueHeads: 4, headSize: 256,
      context: 8192)
    $0.norm.offset = 1
    $0.activation = ("hidden_activation", "gelu_pytorch_tanh")
    $0.tiesByDefault = true
    $0.tensors = gemma3.tensors
    $0.gguf = GGUFForm("gemma2") {
      $0.windowPattern = 2
      $0.reads = ["attn_logit_softcapping", "final_logit_softcapping"]
      $0.configure = { c in
        c.embeddingScale = Float(c.hiddenSize).squareRoot()
        c.feedForward = .gated(.geluTanh)
        c.normsOutputs = true
        // What llama.cpp bounds them by where a file says nothing.
        (c.scoreCap, c.logitCap) = (50, 30)
        // The 27B model alone divides by the width per head instead of the size of a head.
        if c.layerCount == 46, c.headCount > 0 {
          c.attentionScale = 1 / Float(c.hiddenSize / c.headCount).squareRoot()
        }
      }
    }
    $0.configure = { c, json in
      try gemmaLayers(&c, json)
      c.normsOutputs = true
      c.attentionScale = 1 / Float(try json.double("query_pre_attn_scalar", default: 256)).squareRoot()
      c.windows = try WindowRule(json, fallback: 4096).windows(c.layerCount) { $0 % 2 == 0 }
      c.scoreCap = try cap(json, "attn_logit_softcapping", 50)
      c.logitCap = try cap(json, "final_logit_softcapping", 30)
    }
  }

  /// A bound, which null takes away.
  private static func cap(_ json: ConfigurationJSON, _ key: String, _ fallback: Double) throws -> Float? {
    json.isNull(key) ? nil : Float(try json.double(key, default: fallback))
  }

  private static func gemmaLayers(_ c: inout ModelConfiguration, _ json: ConfigurationJSON) throws {
    c.embeddingScale = Float(c.hiddenSize).squareRoot()
    if try json.bool("attention_bias", default: false) { c.biases = [.queryKeyValue, .attentionOutput] }
  }

  private static let gemmaFields: [FieldRow] = [
    .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
    .refused(
      "use_bidirectional_attention", unless: .null, .bool(false), asks: "attention to later positions"),
  ]
}
