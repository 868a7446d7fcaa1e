internal import CMCPrimitives

extension TokenMap {
  /// The map with its targets permuted among the entries of each method: what a map that knows nothing would give.
  ///
  /// What is unmatched stays so, and every target is used as often as before. The entries say ``MapMethod/imported``,
  /// without a distance: none of them is exact any more, so a delta model still reads the true text and only the columns
  /// are wrong.
  ///
  /// - Parameter keepsRoles: Whether special tokens that met by role or piece stay as they are, so that text can still end.
  /// - Complexity: O(entries).
  public func shuffled(seed: UInt64, keepsRoles: Bool = false) -> TokenMap {
    var map = self
    var random = SeededGenerator(seed: seed)
    for method in MapMethod.allCases where method != .unmatched && !(keepsRoles && method == .role) {
      permute(ids.indices.filter { methods[$0] == method && ids[$0] >= 0 }, into: &map, &random)
    }
    return map
  }

  /// The map with its targets permuted among the entries of each method that are of one stratum.
  ///
  /// A token then takes the target of another one that is much like it in what the strata are made of, so that what the
  /// strata explain is no merit of the map.
  ///
  /// - Parameter strata: The stratum of each source id; ids beyond the array are a stratum of their own.
  /// - Complexity: O(entries · log(entries)).
  package func shuffled(seed: UInt64, strata: [Int32]) -> TokenMap {
    var map = self
    var random = SeededGenerator(seed: seed)
    for method in MapMethod.allCases where method != .unmatched {
      let rows = ids.indices.filter { methods[$0] == method && ids[$0] >= 0 }
      let groups = Dictionary(grouping: rows) { $0 < strata.count ? strata[$0] : .max }
      for group in groups.sorted(by: { $0.key < $1.key }) { permute(group.value, into: &map, &random) }
    }
    return map
  }

  /// Gives each of some rows the target of another of them.
  private func permute(_ rows: [Int], into map: inout TokenMap, _ random: inout SeededGenerator) {
    var order = rows
    for place in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(place, random.below(place + 1))
    }
    for (row, other) in zip(rows, order) {
      var entry = self[other]
      entry.method = .imported
      entry.distance = Self.noDistance
      map[row] = entry
    }
  }
}
