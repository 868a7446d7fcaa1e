/// The shifts of one model with each step's mean over the kept columns taken off.
///
/// A number added to all scores of a step changes no probability, and no shuffled map breaks it: what is left is what
/// tuning did to some tokens and not to others.
struct CentredShifts {
  /// The centred shifts, row after row; a step at which nothing is left is all 0.
  private(set) var values: [Double]
  /// The sum of squared shifts before anything was taken off.
  private(set) var squares = 0.0
  /// How much of it is the steps' means.
  private(set) var meanSquares = 0.0
  /// Whether nothing is left at any step.
  private(set) var isEmpty = true
  private let columns: Int

  /// Log-probabilities are kept in 24 bits, so a shift that is constant differs by this part of the largest of them.
  private static let rounding = 0x1p-20

  /// Centres shifts.
  ///
  /// - Parameters:
  ///   - shifts: The shifts, row after row.
  ///   - columns: How many a row has.
  ///   - largest: The largest log-probability of each row by magnitude.
  init(_ shifts: [Double], columns: Int, largest: [Double]) {
    values = shifts
    self.columns = columns
    guard columns > 0 else { return }
    for (step, largest) in largest.enumerated() {
      let row = step * columns..<(step + 1) * columns
      var (sum, own) = (0.0, 0.0)
      for place in row {
        sum += shifts[place]
        own += shifts[place] * shifts[place]
      }
      let mean = sum / Double(columns)
      squares += own
      meanSquares += min(own, mean * mean * Double(columns))
      var left = 0.0
      for place in row {
        values[place] -= mean
        left += values[place] * values[place]
      }
      if left.squareRoot() <= Self.rounding * max(1, largest) * Double(columns).squareRoot() {
        for place in row { values[place] = 0 }
      } else {
        isEmpty = false
      }
    }
  }

  /// The centred shifts with every row scaled to length 1; a row at which nothing is left stays 0.
  var unitRows: [Double] {
    var unit = values
    guard columns > 0 else { return unit }
    for start in stride(from: 0, to: values.count, by: columns) {
      var sum = 0.0
      for place in start..<start + columns { sum += values[place] * values[place] }
      guard sum > 0 else { continue }
      let length = sum.squareRoot()
      for place in start..<start + columns { unit[place] /= length }
    }
    return unit
  }
}
