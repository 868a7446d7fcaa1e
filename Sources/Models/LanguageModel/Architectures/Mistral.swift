internal import CMCFieldTables
internal import CMCLinearAlgebra

extension ModelArchitecture {
  /// Llama's layers with a sliding window.
  package static let mistral = ModelArchitecture(
    "mistral", "Mistral", ["MistralForCausalLM", "MinistralForCausalLM"],
    fields: FieldRow.llamaLike + FieldRow.rotary + [
      .carriedOut("sliding_window", "how many positions back a layer sees, all layers alike without a list"),
      .carriedOut("layer_types", "which layers have a window; AutoModel then takes the class Ministral"),
    ]
  ) {
    $0.isWritten = true
    $0.windowsAreUniform = true
    $0.modelTypes = ["mistral", "ministral"]
    $0.sizes = ModelSizes(
      vocabulary: 32_000, hidden: 4096, inner: 14_336, layers: 32, heads: 32, keyValueHeads: 8, headSize: nil,
      context: 131_072)
    // Its GGUF files are Llama's, which is found first.
    $0.gguf = GGUFForm("llama") {
      $0.layout = .interleaved
      $0.isWritten = true
    }
    $0.configure = { c, json in
      // Without a list all layers have the window; with one, transformers takes the class Ministral, which reads it.
      c.windows = try WindowRule(json, fallback: 4096, null: .none).windows(c.layerCount) { _ in true }
    }
  }
}
