/// The function of the gate in a gated feed-forward part.
package enum GatedActivation: Sendable {
  /// x / (1 + exp(−x)).
  case silu
  /// GELU in its form with tanh.
  case geluTanh
}
