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
}
