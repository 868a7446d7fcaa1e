public import CMCPrimitives

/// For every id of a source vocabulary, what it is in a target vocabulary.
///
/// All columns have one row an id, `0 ..< count`, holes included (they are unmatched). They are read as columns and
/// changed by entries, so that no two of them can come to say different things: the columns always have one length, and
/// the sequence of an entry always begins with the entry's id.
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
  public private(set) var ids: [Int32]
  /// What decided.
  public private(set) var methods: [MapMethod]
  /// Scalars for text, bytes for fragments; 0 for override, role and exact; -1 where there is none.
  public private(set) var distances: [Int32]
  /// The entries with several targets; each begins with the id that ``ids`` has.
  public private(set) var sequences: [Int32: TargetSequence]
  /// The override files that took part, in the order they were applied.
  public var overrides: [OverrideProvenance]

  /// Puts columns together that were made apart, as those of a file are.
  ///
  /// - Throws: ``TokenMapColumnError`` where they do not belong together.
  /// - Complexity: O(sequences).
  public init(
    source: MapSide, target: MapSide, ids: [Int32], methods: [MapMethod], distances: [Int32],
    sequences: [Int32: TargetSequence] = [:], overrides: [OverrideProvenance] = []
  ) throws(TokenMapColumnError) {
    guard methods.count == ids.count, distances.count == ids.count else {
      throw .lengths(ids: ids.count, methods: methods.count, distances: distances.count)
    }
    for (row, sequence) in sequences {
      guard ids.indices.contains(Int(row)) else { throw .noSuchEntry(row) }
      guard ids[Int(row)] == sequence.ids[0] else {
        throw .otherFirstTarget(row, id: ids[Int(row)], first: sequence.ids[0])
      }
    }
    self.source = source
    self.target = target
    self.ids = ids
    self.methods = methods
    self.distances = distances
    self.sequences = sequences
    self.overrides = overrides
  }

  /// A map of entries with at most one target each, a row an entry.
  ///
  /// - Complexity: O(rows).
  package init(
    source: MapSide, target: MapSide, choices: [TargetChoice], overrides: [OverrideProvenance] = []
  ) {
    self.source = source
    self.target = target
    ids = choices.map(\.id)
    methods = choices.map(\.method)
    distances = choices.map(\.distance)
    sequences = [:]
    self.overrides = overrides
  }

  /// A map of entries, a row an entry.
  ///
  /// - Complexity: O(rows).
  public init(
    source: MapSide, target: MapSide, entries: [MapEntry], overrides: [OverrideProvenance] = []
  ) {
    self.init(source: source, target: target, choices: entries.map(\.choice), overrides: overrides)
    for (row, entry) in entries.enumerated() where entry.sequence != nil {
      sequences[Int32(row)] = entry.sequence
    }
  }

  /// The number of rows.
  public var count: Int { ids.count }

  /// All columns of one row, to be read and changed together.
  public subscript(row: Int) -> MapEntry {
    get {
      let choice = TargetChoice(id: ids[row], method: methods[row], distance: distances[row])
      guard !sequences.isEmpty, let sequence = sequences[Int32(row)] else { return MapEntry(choice) }
      return MapEntry(sequence, method: choice.method, distance: choice.distance)
    }
    set {
      ids[row] = newValue.id
      methods[row] = newValue.method
      distances[row] = newValue.distance
      // Most maps have no sequence at all: no look-up then.
      if newValue.sequence != nil || !sequences.isEmpty { sequences[Int32(row)] = newValue.sequence }
    }
  }
}

/// Columns that do not make a map.
public enum TokenMapColumnError: DescribedError, Equatable {
  /// Columns have different lengths.
  case lengths(ids: Int, methods: Int, distances: Int)
  /// A sequence belongs to a row that is not there.
  case noSuchEntry(Int32)
  /// A sequence does not begin with the id of its entry.
  case otherFirstTarget(Int32, id: Int32, first: Int32)

  /// What does not fit, with the numbers that show it.
  public var description: String {
    switch self {
    case .lengths(let ids, let methods, let distances):
      "a map's columns have \(ids) ids, \(methods) methods and \(distances) distances"
    case .noSuchEntry(let row): "there are several targets for entry \(row), which is not there"
    case .otherFirstTarget(let row, let id, let first):
      "entry \(row) goes to \(id), and its several targets begin with \(first)"
    }
  }
}
