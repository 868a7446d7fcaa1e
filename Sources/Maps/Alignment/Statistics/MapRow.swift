public import CMCVocabulary

/// One row of a map with everything a table shows of it.
public struct MapRow: Sendable {
  /// The source token, so far as the map knows it.
  public let token: ShownToken
  /// The source token's row in the script table, where the map has pieces.
  public let tokenClass: TokenClass?
  /// The target tokens: none, one, or those of a sequence.
  public let targets: [ShownToken]
  /// What decided.
  public let method: MapMethod
  /// What that amounts to, as figures count it: see ``TokenMap/decision(_:)``.
  public let decision: MapMethod
  /// The distance, or -1.
  public let distance: Int32
}

extension TokenMap {
  /// The row of a source id.
  public func row(_ id: Int32) -> MapRow {
    let entry = self[Int(id)]
    return MapRow(
      token: source.token(id), tokenClass: source.tokenClass(id), targets: entry.targets.map(target.token),
      method: entry.method, decision: decision(id), distance: entry.distance)
  }

  /// Whether an id has a token, as far as the map knows.
  public func isToken(_ id: Int32) -> Bool { source.kind(id) != .hole }

  /// Whether an id has a target that exists.
  ///
  /// An id beyond the target's tokens, which a reference-compatible map can hold, is read as unmatched.
  public func isMatched(_ id: Int32) -> Bool {
    let target = ids[Int(id)]
    return target >= 0 && target <= Int32(clamping: self.target.maxID ?? Int(Int32.max))
  }
}
