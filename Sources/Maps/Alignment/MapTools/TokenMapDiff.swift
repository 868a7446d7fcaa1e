import CMCHashing
import CMCPrimitives
public import CMCVocabulary

/// What differs between two maps of the same source vocabulary.
public struct TokenMapDiff: Sendable, Equatable {
  /// One entry of a map.
  public struct Entry: Sendable, Equatable {
    /// Where the source id goes.
    public var entry: MapEntry
    /// The target, of several the first; nil where there is none.
    public var target: ShownToken?
  }

  /// One source id whose entries differ.
  public struct Change: Sendable, Equatable {
    /// The source token, so far as either map knows it.
    public var token: ShownToken
    /// The entry of the first map.
    public var before: Entry
    /// The entry of the second map.
    public var after: Entry

    /// Whether the target or one of several differs.
    public var changesTarget: Bool {
      before.entry.id != after.entry.id || before.entry.sequence != after.entry.sequence
    }
    /// Whether what decided differs.
    public var changesMethod: Bool { before.entry.method != after.entry.method }
    /// Whether the distance differs.
    public var changesDistance: Bool { before.entry.distance != after.entry.distance }
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
  public var gained: Int { changes.count { $0.before.target == nil && $0.after.target != nil } }
  /// How many entries have a target in the first map only.
  public var lost: Int { changes.count { $0.before.target != nil && $0.after.target == nil } }

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
          token: Self.token(Int32(source), first, second), before: Self.entry(first, source),
          after: Self.entry(second, source)))
    }
  }

  /// Compares without making entries of what is equal; rows that a map does not have are unmatched.
  private static func isEqual(_ first: TokenMap, _ second: TokenMap, _ source: Int) -> Bool {
    guard source < first.count, source < second.count else {
      return entry(first, source) == entry(second, source)
    }
    return first[source] == second[source]
  }

  private static func entry(_ map: TokenMap, _ source: Int) -> Entry {
    guard source < map.count else { return Entry(entry: .unmatched) }
    let entry = map[source]
    return Entry(entry: entry, target: entry.id < 0 ? nil : map.target.token(entry.id))
  }

  /// What the first map that shows the token knows of it.
  private static func token(_ id: Int32, _ first: TokenMap, _ second: TokenMap) -> ShownToken {
    let token = first.source.token(id)
    return token.piece == nil ? second.source.token(id) : token
  }
}
