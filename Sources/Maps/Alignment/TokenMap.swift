/// For every id of a source vocabulary, what it is in a target vocabulary.
///
/// All columns have one row an id, `0 ..< ids.count`, holes included (they are unmatched).
public struct TokenMap: Sendable, Equatable {
  /// The target id of an entry without one.
  public static let unmatchedID: Int32 = -1
  /// The distance of an entry that has none: unmatched, or imported from a format that does not say.
  public static let noDistance: Int32 = -1

  /// What is known of the source vocabulary: the user model's.
  public var source: MapSide
  /// What is known of the target vocabulary: the delta model's.
  public var target: MapSide
  /// The target id, -1 where unmatched; for an entry of ``sequences`` its first id.
  public var ids: [Int32]
  /// What decided.
  public var methods: [MapMethod]
  /// Scalars for text, bytes for fragments; 0 for override, role and exact; -1 where there is none.
  public var distances: [Int32]
  /// The entries with several targets.
  public var sequences: [Int32: TargetSequence]
  /// The override files that took part, in the order they were applied.
  public var overrides: [OverrideProvenance]

  /// Puts the columns together; they must have the same length.
  public init(
    source: MapSide, target: MapSide, ids: [Int32], methods: [MapMethod], distances: [Int32],
    sequences: [Int32: TargetSequence] = [:], overrides: [OverrideProvenance] = []
  ) {
    precondition(methods.count == ids.count && distances.count == ids.count, "columns of unequal length")
    self.source = source
    self.target = target
    self.ids = ids
    self.methods = methods
    self.distances = distances
    self.sequences = sequences
    self.overrides = overrides
  }

  /// The number of rows.
  public var count: Int { ids.count }
}

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
  public var ids: [Int32]
  /// One weight an id; they add up to 1.
  public var weights: [Float]
  /// How the targets' logits become one.
  public var combination: Combination

  /// Puts ids and weights together; equal weights where none are given.
  public init(ids: [Int32], weights: [Float]? = nil, combination: Combination) {
    self.ids = ids
    self.weights = weights ?? [Float](repeating: 1 / Float(Swift.max(ids.count, 1)), count: ids.count)
    self.combination = combination
  }
}
