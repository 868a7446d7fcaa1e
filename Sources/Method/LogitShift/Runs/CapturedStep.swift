/// The log-probabilities of one step, as far as they were kept.
public struct CapturedStep: Sendable, Equatable {
  /// The columns, ascending; nil where all were kept.
  public var columns: [Int32]?
  /// The untuned model's log-probabilities, over its whole vocabulary.
  public var base: [Float]
  /// The tuned model's.
  public var tuned: [Float]

  /// A step from its values, as many as columns.
  public init(columns: [Int32]?, base: [Float], tuned: [Float]) {
    self.columns = columns
    self.base = base
    self.tuned = tuned
  }

  /// The place of a column among the kept ones, or nil.
  ///
  /// - Complexity: O(log columns).
  public func place(of column: Int32) -> Int? {
    guard let columns else { return column >= 0 && Int(column) < base.count ? Int(column) : nil }
    var (low, high) = (0, columns.count)
    while low < high {
      let middle = (low + high) / 2
      if columns[middle] < column { low = middle + 1 } else { high = middle }
    }
    return low < columns.count && columns[low] == column ? low : nil
  }

  /// The column at a place.
  public func column(at place: Int) -> Int32 { columns?[place] ?? Int32(place) }

  /// The shift at a place: how much more probable tuning made the token, in natural-log units.
  public func shift(at place: Int) -> Double { Double(tuned[place]) - Double(base[place]) }

  /// The places of the best columns by a ranking, the best first; of equal ones the lower column.
  public func best(_ count: Int, by rule: RankingRule) -> [Int] {
    (rule == .base ? base : tuned).withUnsafeBufferPointer { bestPlaces($0, count: count) }
  }
}

/// The places of the largest values, the largest first; of equal ones the lower place.
///
/// - Complexity: O(values + count · improvements).
func bestPlaces(_ values: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
  let count = min(count, values.count)
  guard count > 0 else { return [] }
  var best: [Int] = []
  best.reserveCapacity(count + 1)
  var least = -Float.infinity
  for place in 0..<values.count {
    let value = values[place]
    if best.count == count, value <= least { continue }
    var (low, high) = (0, best.count)
    while low < high {
      let middle = (low + high) / 2
      if values[best[middle]] >= value { low = middle + 1 } else { high = middle }
    }
    best.insert(place, at: low)
    if best.count > count { best.removeLast() }
    least = values[best[best.count - 1]]
  }
  return best
}
