/// A map from target to source, and what was lost on the way.
public struct TokenMapInversion: Sendable, Equatable {
  /// The map; its source is the old target.
  public var map: TokenMap
  /// Target ids that no source id goes to: unmatched in the inverse.
  public var unreached: Int
  /// Source ids that are not the best of those that go to their target, and so are nobody's target now.
  public var lost: Int
  /// Source ids with several targets; they take no part, for none of their targets stands for the whole token.
  public var sequences: Int
}

extension TokenMap {
  /// For each target id the best source id: exact ones first, then the least distance, then the lowest id.
  ///
  /// - Complexity: O(source ids + target ids).
  public func inverted() -> TokenMapInversion {
    let rows = Swift.max((target.maxID ?? -1) + 1, Int(ids.max() ?? -1) + 1)
    var best = [Int32](repeating: Self.unmatchedID, count: rows)
    var candidates = 0
    var several = 0
    for source in ids.indices where ids[source] >= 0 {
      if sequences[Int32(source)] != nil {
        several += 1
        continue
      }
      candidates += 1
      let id = Int(ids[source])
      if best[id] < 0 || inversionRank(source) < inversionRank(Int(best[id])) { best[id] = Int32(source) }
    }
    let reached = best.reduce(0) { $0 + ($1 < 0 ? 0 : 1) }
    let map = TokenMap(
      source: target, target: source,
      choices: best.map { id in
        id < 0
          ? .unmatched : TargetChoice(id: id, method: methods[Int(id)], distance: distances[Int(id)])
      }, overrides: overrides)
    return TokenMapInversion(
      map: map, unreached: best.count - reached, lost: candidates - reached, sequences: several)
  }

  /// Smaller is better; an unknown distance comes last.
  ///
  /// Source ids are compared in ascending order, so the lowest wins.
  private func inversionRank(_ source: Int) -> (Int, Int32) {
    let distance = distances[source]
    return (methods[source] == .exact ? 0 : 1, distance < 0 ? .max : distance)
  }
}
