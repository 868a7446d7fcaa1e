/// How alike two rows of numbers of equal length are.
enum Correlations {
  /// The cosine of the angle between them; nil where one is all 0.
  static func cosine(_ x: [Double], _ y: [Double]) -> Double? {
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for i in x.indices {
      xy += x[i] * y[i]
      xx += x[i] * x[i]
      yy += y[i] * y[i]
    }
    guard xx > 0, yy > 0 else { return nil }
    // Rounding can take it beyond ±1, where an arc cosine would have no value.
    return max(-1, min(1, xy / (xx.squareRoot() * yy.squareRoot())))
  }

  /// 1 − the cosine of the angle between them, from 0 to 2; nil where one is all 0.
  ///
  /// Half the squared distance of both at length 1: of equal rows it is 0 and not what rounding leaves of 1 − 1.
  static func cosineDistance(_ x: [Double], _ y: [Double]) -> Double? {
    var (xx, yy) = (0.0, 0.0)
    for i in x.indices {
      xx += x[i] * x[i]
      yy += y[i] * y[i]
    }
    guard xx > 0, yy > 0 else { return nil }
    let (lengthX, lengthY) = (xx.squareRoot(), yy.squareRoot())
    var sum = 0.0
    for i in x.indices {
      let difference = x[i] / lengthX - y[i] / lengthY
      sum += difference * difference
    }
    return min(2, sum / 2)
  }

  /// Pearson's correlation; nil where one is constant.
  static func pearson(_ x: [Double], _ y: [Double]) -> Double? {
    guard let first = x.first, let other = y.first, x.contains(where: { $0 != first }),
      y.contains(where: { $0 != other }), let mx = mean(x), let my = mean(y)
    else { return nil }
    return cosine(x.map { $0 - mx }, y.map { $0 - my })
  }

  /// Spearman's rank correlation, equal numbers sharing their mean rank; nil where one is constant.
  ///
  /// - Complexity: O(n log n).
  static func spearman(_ x: [Double], _ y: [Double]) -> Double? { pearson(ranks(x), ranks(y)) }

  static func ranks(_ x: [Double]) -> [Double] {
    let order = x.indices.sorted { x[$0] < x[$1] }
    var ranks = [Double](repeating: 0, count: x.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, x[order[end]] == x[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
