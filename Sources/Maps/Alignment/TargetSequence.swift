/// Several target tokens for one source token.
public struct TargetSequence: Sendable, Equatable {
  /// How the targets' logits become one.
  public enum Combination: String, Sendable, Equatable {
    /// The mean by weight.
    case mean
    /// The largest.
    case max
  }

  /// The target ids, at least one, in order.
  public let ids: [Int32]
  /// One weight an id, none below 0; they add up to 1.
  public let weights: [Float]
  /// How the targets' logits become one.
  public let combination: Combination

  /// Puts ids and weights together; equal weights where none are given.
  ///
  /// Nil where there is no id, and where ``isWhole(_:of:)`` does not hold of the weights.
  public init?(ids: [Int32], weights: [Float]? = nil, combination: Combination) {
    guard !ids.isEmpty else { return nil }
    if let weights, !Self.isWhole(weights, of: ids.count) { return nil }
    self.ids = ids
    self.weights = weights ?? [Float](repeating: 1 / Float(ids.count), count: ids.count)
    self.combination = combination
  }

  /// Whether weights are one for each of `count` targets, 0 or more, and add up to 1 but for rounding.
  public static func isWhole(_ weights: [Float], of count: Int) -> Bool {
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    return weights.count == count && weights.allSatisfy { $0.isFinite && $0 >= 0 } && abs(sum - 1) < 1e-3
  }
}
