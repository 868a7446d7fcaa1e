internal import CMCPrimitives

/// Whether paired differences are smaller than 0 by more than chance.
struct SignFlipTest {
  /// Below so many differences all sign vectors are tried.
  static let exactBelow = 17

  /// The probability of a mean as small where every difference could as well have the other sign.
  let p: Double
  let isExact: Bool
  /// How many sign vectors were tried, the observed one left out.
  let draws: Int
  /// The smallest p that is possible.
  let smallest: Double

  /// Tests differences, of which there is at least one.
  ///
  /// - Complexity: O(2ⁿ) below ``exactBelow``, else O(draws · n).
  init(_ differences: [Double], draws wanted: Int, seed: UInt64) {
    let observed = differences.reduce(0, +)
    // Sums in another order differ by rounding, which must not decide.
    let bound = observed + 1e-12 * differences.reduce(0) { $0 + abs($1) }
    var extreme = 0
    isExact = differences.count < Self.exactBelow
    if isExact {
      draws = (1 << differences.count) - 1
      for signs in 1..<(1 << differences.count) {
        var sum = 0.0
        for (place, value) in differences.enumerated() { sum += signs >> place & 1 == 1 ? -value : value }
        if sum <= bound { extreme += 1 }
      }
    } else {
      draws = wanted
      var random = SeededGenerator(seed: seed)
      for _ in 0..<wanted {
        var sum = 0.0
        var bits: UInt64 = 0
        for (place, value) in differences.enumerated() {
          if place % 64 == 0 { bits = random.next() }
          sum += bits & 1 == 1 ? -value : value
          bits >>= 1
        }
        if sum <= bound { extreme += 1 }
      }
    }
    // The observed signs are one of the vectors, so p is never 0.
    p = Double(extreme + 1) / Double(draws + 1)
    smallest = 1 / Double(draws + 1)
  }
}

extension PairedTest {
  /// Tests same-task against cross-task distances of the same prompts, of which there is at least one.
  init(
    measure: SimilarityMeasure, same: [Double], cross: [Double], settings: SimilaritySettings, groups: String
  ) {
    let differences = zip(same, cross).map { $0 - $1 }
    let test = SignFlipTest(differences, draws: settings.draws, seed: settings.seed)
    let bootstrap = PercentileBootstrap(settings)
    self.init(
      measure: measure, sameMean: mean(same) ?? 0, crossMean: mean(cross) ?? 0, differences: differences,
      meanDifference: mean(differences) ?? 0, interval: bootstrap.interval(ofMean: differences), p: test.p,
      isExact: test.isExact, draws: test.draws, seed: test.isExact ? nil : settings.seed,
      smallestPossible: test.smallest, groups: groups)
  }
}
