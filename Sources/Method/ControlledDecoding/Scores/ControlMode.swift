internal import CMCPrimitives

/// How the user model's logits B and the mapped logits D of a delta model become scores.
///
/// Source: Cross-model Control (NeurIPS 2024), section 3; `base-normalize` is what delta models are trained with.
public enum ControlMode: String, Sendable, CaseIterable, Codable {
  /// B + α · D, both as the models give them.
  case add
  /// log-softmax(B) + α · log-softmax(D).
  case normalize
  /// log-softmax(B) + α · D.
  case baseNormalize = "base-normalize"

  /// Whether the user model's logits are normalised.
  var normalizesUser: Bool { self != .add }
  /// Whether the delta model's logits are normalised.
  var normalizesDelta: Bool { self == .normalize }

  /// What is taken from each difference of two models' logits beside the second's, so that it is one of log-probabilities
  /// where the mode normalises delta models.
  package func differenceShift(_ expert: ArraySlice<Float>, _ antiExpert: ArraySlice<Float>) -> Float {
    guard normalizesDelta else { return 0 }
    return expert.withUnsafeBufferPointer(logSumExp) - antiExpert.withUnsafeBufferPointer(logSumExp)
  }
}

/// What stands for the delta model's logit where a user token has no target.
public enum UnmatchedPolicy: String, Sendable, CaseIterable, Codable {
  /// Nothing is added, as in the paper. In mode `normalize` that is the largest term there can be.
  case zero
  /// The mean of the mapped terms of the step.
  case mean
  /// The smallest of the mapped terms of the step.
  case min
  /// The token cannot be chosen.
  case mask
}
