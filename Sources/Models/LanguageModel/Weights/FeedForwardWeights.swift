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
  /// [experts]: added to scores where experts are chosen, or nil.
  let correction: ParameterVector?
  /// The experts in order.
  let experts: [FeedForwardWeights]
  /// [1 × hidden]: the gate of the part that all positions go through; nil where it has none.
  let sharedGate: LinearWeights?
  /// [experts]: what the weights of the chosen are multiplied by, or nil.
  let scales: ParameterVector?
  /// The norms where experts stand beside the layer's feed-forward part; nil where they do not.
  let beside: BesideNorms?

  /// Every matrix.
  var matrices: [LinearWeights] {
    [router] + (sharedGate.map { [$0] } ?? []) + experts.flatMap(\.matrices)
  }
}

/// The norms of a layer whose experts stand beside its feed-forward part, each [hidden].
struct BesideNorms: Sendable {
  /// Of what the feed-forward part adds.
  let part: NormWeights
  /// Of what chooses experts reads.
  let router: NormWeights
  /// Of what experts read.
  let input: NormWeights
  /// Of what they add.
  let output: NormWeights
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
