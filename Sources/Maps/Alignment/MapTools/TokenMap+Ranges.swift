extension TokenMap {
  /// Makes entries unmatched whose target is beyond the target's highest id, where that is known.
  ///
  /// Maps in the reference's manner copy special ids unchecked; such an id means nothing to the target model.
  ///
  /// - Returns: How many entries there were.
  public mutating func unmatchIDsBeyondTarget() -> Int {
    guard let maxID = target.maxID else { return 0 }
    var count = 0
    for source in ids.indices {
      let inSequence = sequences[Int32(source)]?.ids.contains { Int($0) > maxID } ?? false
      guard Int(ids[source]) > maxID || inSequence else { continue }
      self[source] = .unmatched
      count += 1
    }
    return count
  }

  /// Makes the rows of some source tokens unmatched, and those that lead to some target tokens.
  package mutating func unmatch(sources: Set<Int32>, targets: Set<Int32>) {
    guard !sources.isEmpty || !targets.isEmpty else { return }
    for source in ids.indices {
      let inSequence = sequences[Int32(source)]?.ids.contains { targets.contains($0) } ?? false
      guard sources.contains(Int32(source)) || targets.contains(ids[source]) || inSequence else { continue }
      self[source] = .unmatched
    }
  }
}
