internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Arcee: Llama's layers with a feed-forward part without a gate, whose function is relu squared.
  package static let arcee = ModelArchitecture(
    "arcee", "Arcee", ["ArceeForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("attention_bias", "biases of queries, keys, values and attention's output"),
      .carriedOut("mlp_bias", "biases of the feed-forward part"),
    ]
  ) {
    $0.sizes = ModelSizes(
      vocabulary: 32_000, hidden: 2560, inner: 18_432, layers: 32, heads: 32, keyValueHeads: nil,
      headSize: nil, context: 4096)
    $0.norm.fallback = 1e-5
    $0.activation.fallback = "relu2"
    $0.isGated = false
    $0.gguf = GGUFForm("arcee") {
      $0.layout = .interleaved
      $0.configure = { $0.feedForward = .plain(.squaredRelu) }
    }
    $0.configure = llama.configure
  }
}
