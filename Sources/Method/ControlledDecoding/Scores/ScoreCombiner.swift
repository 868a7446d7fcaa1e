internal import CMCPrimitives

/// Adds the mapped logits of delta models to those of a user model.
///
/// `scores = B + Σ α · D[map]`, with B and D normalised as the mode says (ExactSemantics, section 4). One combiner
/// belongs to one generation; combining allocates nothing.
package final class ScoreCombiner {
  /// One delta model's part.
  package struct Term: Sendable {
    /// How its logits reach the user's columns.
    package var columns: MappedColumns
    /// The factor α; a term of 0 is skipped altogether, `mask` included.
    package var alpha: Float

    /// Puts a term together.
    package init(columns: MappedColumns, alpha: Float) {
      self.columns = columns
      self.alpha = alpha
    }
  }

  /// How logits are normalised.
  package let mode: ControlMode
  /// What unmatched columns read.
  package let policy: UnmatchedPolicy
  /// The parts, in the order in which logits are given.
  package var terms: [Term]
  /// The user model's log-sum-exp in the last call of ``combine(user:deltas:into:)``.
  package private(set) var userLogSumExp: Float = 0
  /// Whether the user model gives log-probabilities, perhaps not all of them: they are taken as they are.
  package var userIsNormalized = false
  private var buffers: [[Float]]

  /// A combiner for terms that share a user model.
  package init(mode: ControlMode, policy: UnmatchedPolicy, terms: [Term]) {
    self.mode = mode
    self.policy = policy
    self.terms = terms
    buffers = terms.map { [Float](repeating: 0, count: $0.columns.placeCount) }
  }

  /// Computes the scores.
  ///
  /// - Parameters:
  ///   - user: The user model's logits.
  ///   - deltas: For each term the logits of the delta model, as many as its columns say.
  ///   - scores: As many places as `user` has; overwritten.
  /// - Complexity: O(user width + delta widths).
  package func combine(
    user: UnsafeBufferPointer<Float>, deltas: [UnsafeBufferPointer<Float>],
    into scores: UnsafeMutableBufferPointer<Float>
  ) {
    combine(user: user, deltas: deltas, areDifferences: deltas.map { _ in false }, into: scores)
  }

  /// The same with some logits that are differences of two models', normalised already where the mode asks for it.
  package func combine(
    user: UnsafeBufferPointer<Float>, deltas: [UnsafeBufferPointer<Float>], areDifferences: [Bool],
    into scores: UnsafeMutableBufferPointer<Float>
  ) {
    begin(user, scores)
    for index in terms.indices where terms[index].alpha != 0 {
      add(index, deltas[index], isNormalized: areDifferences[index] || !mode.normalizesDelta, to: scores)
    }
  }

  private func begin(_ user: UnsafeBufferPointer<Float>, _ scores: UnsafeMutableBufferPointer<Float>) {
    userLogSumExp = userIsNormalized ? 0 : logSumExp(user)
    let shift: Float = mode.normalizesUser ? userLogSumExp : 0
    for column in 0..<user.count { scores[column] = user[column] - shift }
  }

  private func add(
    _ index: Int, _ delta: UnsafeBufferPointer<Float>, isNormalized: Bool,
    to scores: UnsafeMutableBufferPointer<Float>
  ) {
    let alpha = terms[index].alpha
    let columns = terms[index].columns
    buffers[index].withUnsafeMutableBufferPointer { buffer in
      let shift: Float = isNormalized ? 0 : logSumExp(delta)
      for place in 0..<columns.deltaWidth { buffer[place] = delta[place] - shift }
      columns.fill(buffer, policy: policy)
      columns.places.withUnsafeBufferPointer { places in
        for column in 0..<places.count { scores[column] += alpha * buffer[Int(places[column])] }
      }
    }
    if policy == .mask {
      for column in 0..<scores.count where columns.isUnmatched(column) { scores[column] = -.infinity }
    }
  }

  /// The same with delta models, which may be pairs that are normalised already.
  func combine(
    user: UnsafeBufferPointer<Float>, deltas: [DeltaModel], into scores: UnsafeMutableBufferPointer<Float>
  ) {
    begin(user, scores)
    for (index, delta) in deltas.enumerated() where terms[index].alpha != 0 {
      delta.logits.withUnsafeBufferPointer {
        add(index, $0, isNormalized: delta.isDifference || !mode.normalizesDelta, to: scores)
      }
    }
  }

  /// What one term added to a column in the last call of ``combine(user:deltas:into:)``, α included.
  package func contribution(of term: Int, to column: Int) -> Float {
    let columns = terms[term].columns
    guard terms[term].alpha != 0 else { return 0 }
    return terms[term].alpha * buffers[term][Int(columns.places[column])]
  }
}
