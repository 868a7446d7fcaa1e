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
      let rows = ids.indices.filter { methods[$0] == method && ids[$0] >= 0 }
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
    return map
  }
}
