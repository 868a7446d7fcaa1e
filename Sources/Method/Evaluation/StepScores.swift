internal import CMCControlledDecoding
internal import CMCPrimitives

/// What combined scores say of a step's token; one thread's buffers.
///
/// Unchecked, as its buffers have no lock: who gives steps to several threads gives each thread one of its own.
final class StepScores: @unchecked Sendable {
  /// What is found.
  struct Found: Sendable {
    /// The token's log-probability.
    let logProbability: Double
    /// Whether no other token has a higher score.
    let isBest: Bool
  }

  private let combiner: ScoreCombiner
  /// For each delta model whether its logits are differences of normalised ones.
  private let areDifferences: [Bool]
  private var scores: [Float]

  /// Buffers for a user model's logits.
  init(_ combiner: ScoreCombiner, width: Int, areDifferences: [Bool]) {
    self.combiner = combiner
    self.areDifferences = areDifferences
    scores = [Float](repeating: 0, count: width)
  }

  /// A token's log-probability by the combined scores, and whether no other beats it.
  ///
  /// - Parameters:
  ///   - token: The token.
  ///   - logits: The user model's logits.
  ///   - deltas: Those of the delta models.
  ///   - ceiling: What columns have at most that the user model cannot tell; nil where it tells all.
  ///   - step: The step's number.
  ///   - observe: Sees the scores.
  /// - Throws: `ControlError.notScored`, and what `observe` throws.
  func find(
    _ token: Int, _ logits: UnsafeBufferPointer<Float>, _ deltas: [UnsafeBufferPointer<Float>],
    ceiling: Float?, step: Int, _ observe: ((Int, UnsafeBufferPointer<Float>) throws -> Void)?
  ) throws -> Found {
    try scores.withUnsafeMutableBufferPointer { scores in
      combiner.combine(user: logits, deltas: deltas, areDifferences: areDifferences, into: scores)
      let all = UnsafeBufferPointer(scores)
      try observe?(step, all)
      let sum = logSumExp(all)
      if let ceiling { try Self.check(logits, all, sum, token, ceiling, step) }
      let own = all[token]
      var isBest = true
      for score in all where score > own { isBest = false }
      return Found(logProbability: Double(own) - Double(sum), isBest: isBest)
    }
  }

  /// Whether what a source could not tell has no part in the sum that anybody would see.
  ///
  /// - Throws: `ControlError.notScored`.
  private static func check(
    _ logits: UnsafeBufferPointer<Float>, _ scores: UnsafeBufferPointer<Float>, _ sum: Float, _ token: Int,
    _ ceiling: Float, _ step: Int
  ) throws {
    var share = 0.0
    for column in 0..<logits.count where logits[column] <= ceiling {
      share += exponential(Double(scores[column]) - Double(sum))
    }
    if share > 1e-6 || logits[token] <= ceiling { throw ControlError.notScored(step: step) }
  }
}
