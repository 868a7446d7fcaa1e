/// The matrices of a feed-forward part: W_down · (f(W_gate · h) ⊙ W_up · h), or W_down · f(W_up · h).
struct FeedForwardWeights: Sendable {
  /// [inner × hidden]; nil where the part is plain.
  let gate: LinearWeights?
  /// [inner × hidden].
  let up: LinearWeights
  /// [hidden × inner].
  let down: LinearWeights

  /// Every matrix.
  var matrices: [LinearWeights] { (gate.map { [$0] } ?? []) + [up, down] }
}

/// The matrices of a layer's experts and of what chooses among them.
struct MixtureWeights: Sendable {
  /// [experts × hidden].
  let router: LinearWeights
  /// The experts in order.
  let experts: [FeedForwardWeights]
  /// [1 × hidden]: the gate of the part that all positions go through; nil where it has none.
  let sharedGate: LinearWeights?

  /// Every matrix.
  var matrices: [LinearWeights] {
    [router] + (sharedGate.map { [$0] } ?? []) + experts.flatMap(\.matrices)
  }
}

/// The roles of the tensors of a feed-forward part.
struct FeedForwardRoles {
  let gate: TensorRole
  let up: TensorRole
  /// Both in one tensor.
  let fusedGateAndUp: TensorRole
  let down: TensorRole

  /// Those of a part that is all that a layer has.
  static let whole = FeedForwardRoles(gate: .gate, up: .up, fusedGateAndUp: .fusedGateAndUp, down: .down)
  /// Those of the part beside experts.
  static let shared = FeedForwardRoles(
    gate: .sharedGate, up: .sharedUp, fusedGateAndUp: .fusedSharedGateAndUp, down: .sharedDown)
}
