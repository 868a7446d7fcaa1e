/// What the logits at the targets of some documents should become.
package struct Objective {
  /// What the loss of a row of logits is.
  package enum Kind: Sendable {
    /// −log p(target).
    case crossEntropy
    /// The divergence of the model from the reference.
    case divergence
    /// The mean square of the difference to the reference.
    case squaredDistance
  }

  /// What the loss of a row of logits is.
  package var kind: Kind
  /// The weight in the whole; below zero, the model is to unlearn.
  package var weight: Float
  /// A frozen model whose logits are added before the loss is taken: the template beside which a delta model learns.
  ///
  /// Cross-entropy and divergence do not see a constant added to all logits of a position. So the modes of control
  /// (raw, log-softmax of the template, of both) have one loss and one gradient, and the raw logits serve for all.
  package var template: (any RowSource)?
  /// What the logits are compared with; nil for cross-entropy, and for a divergence from the template itself.
  package var reference: (any RowSource)?

  /// An objective; what is left out takes no part in it.
  package init(
    _ kind: Kind, weight: Float = 1, template: (any RowSource)? = nil, reference: (any RowSource)? = nil
  ) {
    self.kind = kind
    self.weight = weight
    self.template = template
    self.reference = reference
  }
}

/// The losses of some targets, added up.
package struct LossSum: Sendable, Equatable {
  /// Σ loss.
  package var sum = 0.0
  /// The number of targets.
  package var count = 0
  /// The targets that no other token beats.
  package var correct = 0

  /// No targets.
  package init() {}

  /// The mean loss; 0 without targets.
  package var mean: Double { count == 0 ? 0 : sum / Double(count) }
  /// The share of targets that win.
  package var accuracy: Double { count == 0 ? 0 : Double(correct) / Double(count) }

  /// Takes the targets of another sum in.
  package static func += (left: inout LossSum, right: LossSum) {
    left.sum += right.sum
    left.count += right.count
    left.correct += right.correct
  }
}
