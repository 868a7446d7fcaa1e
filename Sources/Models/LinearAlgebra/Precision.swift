/// How products of weights and activations are computed.
public enum Precision: String, Sendable, CaseIterable {
  /// Weights widened to float32 as the `gguf` package does, products and sums in float32.
  case exact
  /// Activations rounded to eight bits in blocks, products of whole numbers; for quantised weights only, others stay exact.
  case fast
}
