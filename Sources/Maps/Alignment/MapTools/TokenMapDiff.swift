import CMCHashing
import CMCPrimitives

/// What differs between two maps of the same source vocabulary.
public struct TokenMapDiff: Sendable, Equatable {
  /// One entry of a map.
  public struct Entry: Sendable, Equatable {
    /// The target id, or -1.
    public var id: Int32
    /// The target's visible piece, where the map has it.
    public var piece: String?
    /// What decided.
    public var method: MapMethod
    /// The distance, or -1.
    public var distance: Int32
    /// All targets, where there are several.
    public var sequence: TargetSequence?
  }

  /// One source id whose entries differ.
  public struct Change: Sendable, Equatable {
    /// The source id.
    public var source: Int32
    /// The source's visible piece, where a map has it.
    public var piece: String?
    /// The entry of the first map.
    public var before: Entry
    /// The entry of the second map.
    public var after: Entry

    /// Whether the target or one of several differs.
    public var changesTarget: Bool { before.id != after.id || before.sequence != after.sequence }
    /// Whether what decided differs.
    public var changesMethod: Bool { before.method != after.method }
    /// Whether the distance differs.
    public var changesDistance: Bool { before.distance != after.distance }
  }

  /// The number of rows compared.
  public var rows: Int
  /// The changes, by ascending source id.
  public var changes: [Change]
  /// What could not be checked; one sentence each.
  public var notes: [String]

  /// How many entries have another target.
  public var changedTargets: Int { changes.count { $0.changesTarget } }
  /// How many entries were decided otherwise.
  public var changedMethods: Int { changes.count { $0.changesMethod } }
  /// How many entries have another distance.
  public var changedDistances: Int { changes.count { $0.changesDistance } }
  /// How many entries have a target in the second map only.
  public var gained: Int { changes.count { $0.before.id < 0 && $0.after.id >= 0 } }
  /// How many entries have a target in the first map only.
  public var lost: Int { changes.count { $0.before.id >= 0 && $0.after.id < 0 } }

  /// Compares two maps row by row.
  ///
  /// - Throws: ``TokenMapToolError`` where a side shows another vocabulary.
  /// - Complexity: O(rows).
  public init(from first: TokenMap, to second: TokenMap) throws {
    notes = []
    if first.source.fingerprint == nil || second.source.fingerprint == nil, first.count != second.count {
      throw TokenMapToolError.size(side: "source", expected: first.count - 1, found: second.count - 1)
    }
    for (name, one, other) in [
      ("source", first.source, second.source), ("target", first.target, second.target),
    ] {
      if let expected = one.fingerprint, let found = other.fingerprint {
        guard expected == found else {
          throw TokenMapToolError.fingerprint(side: name, expected: expected.hex, found: found.hex)
        }
      } else if let expected = one.maxID, let found = other.maxID, expected != found {
        throw TokenMapToolError.size(side: name, expected: expected, found: found)
      } else {
        notes.append("a map without a fingerprint: the \(name) vocabularies were compared by size only")
      }
    }
    rows = Swift.max(first.count, second.count)
    changes = []
    for source in 0..<rows {
      guard !Self.isEqual(first, second, source) else { continue }
      changes.append(
        Change(
          source: Int32(source), piece: first.source.piece(source) ?? second.source.piece(source),
          before: Self.entry(first, source), after: Self.entry(second, source)))
    }
  }

  /// Compares without making entries of what is equal; rows that a map does not have are unmatched.
  private static func isEqual(_ first: TokenMap, _ second: TokenMap, _ source: Int) -> Bool {
    guard source < first.count, source < second.count else {
      return entry(first, source) == entry(second, source)
    }
    return first.ids[source] == second.ids[source] && first.methods[source] == second.methods[source]
      && first.distances[source] == second.distances[source]
      && first.sequences[Int32(source)] == second.sequences[Int32(source)]
  }

  private static func entry(_ map: TokenMap, _ source: Int) -> Entry {
    guard source < map.count else {
      return Entry(id: TokenMap.unmatchedID, method: .unmatched, distance: TokenMap.noDistance)
    }
    let id = map.ids[source]
    return Entry(
      id: id, piece: id < 0 ? nil : map.target.piece(Int(id)), method: map.methods[source],
      distance: map.distances[source], sequence: map.sequences[Int32(source)])
  }
}

extension MapSide {
  /// The visible piece of an id, where there is one.
  public func piece(_ id: Int) -> String? {
    guard let pieces, id >= 0, id < pieces.count else { return nil }
    return String(decoding: pieces[id], as: UTF8.self)
  }
}
