internal import CMCFieldTables

extension ModelArchitecture {
  /// StarCoder2: layer norms, biases everywhere, a feed-forward part without a gate.
  package static let starCoder2 = ModelArchitecture(
    "starcoder2", "StarCoder2", ["Starcoder2ForCausalLM"],
    fields: FieldRow.llamaLike.filter { $0.name != "rms_norm_eps" } + FieldRow.rotary + [
      .carriedOut("norm_epsilon", "norms"),
      .carriedOut("use_bias", "biases of all products"),
      .carriedOut("sliding_window", "how many positions back a layer sees"),
      .harmless("residual_dropout", "training only"), .harmless("embedding_dropout", "training only"),
      .harmless("use_sliding_window", "no member of the class"),
      .harmless("norm_type", "no member of the class, which has layer norms"),
      .harmless("mlp_type", "no member of the class, which has no gate"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 49_152, hidden: 3072, inner: 12_288, layers: 30, heads: 24, keyValueHeads: 2,
      headSize: nil, context: 4096)
    $0.norm = NormMembers(kind: .layer, epsilon: "norm_epsilon", fallback: 1e-5)
    $0.activation.fallback = "gelu_pytorch_tanh"
    $0.isGated = false
    $0.tiesByDefault = true
    $0.tensors = HubTensors.llama.naming([.up: "mlp.c_fc", .down: "mlp.c_proj"])
    $0.gguf = GGUFForm("starcoder2") {
      $0.epsilon = "attention.layer_norm_epsilon"
      $0.configure = { $0.feedForward = .plain(.geluTanh) }
    }
    $0.configure = { c, json in
      if try json.bool("use_bias", default: true) {
        c.biases = [.queryKeyValue, .attentionOutput, .feedForward]
      }
      let window = try json.optionalInt("sliding_window")
      c.windows = c.windows.map { _ in window }
    }
  }
}
