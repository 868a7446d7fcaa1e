internal import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The shifts of two models at the steps of one prompt: a row a step, a column a kept column, the best first.
struct ShiftClouds {
  /// How many steps.
  let steps: Int
  /// How many columns a step has.
  private(set) var columns = 0
  /// The first model's shifts, row after row.
  private(set) var first: [Double] = []
  /// The second model's; 0 for a column without a target.
  private(set) var second: [Double] = []
  /// The kept columns in the first vocabulary.
  private(set) var ids: [Int32] = []
  /// How many of them have no target.
  private(set) var unmatched = 0
  /// The sum over steps of KL(P‖Q).
  private(set) var divergence = 0.0

  /// Reads both prompts and gathers the columns of each step that its ranking puts first.
  ///
  /// - Throws: ``LogitShiftError/columnsMissing(run:prompt:step:missing:of:)``, and what reading throws.
  init(
    _ one: CapturedPrompt, _ other: CapturedPrompt, _ pairing: StepPairing, top: Int, rule: RankingRule,
    mapping: ColumnMapping, secondName: String, prompt: Int
  ) throws {
    steps = pairing.pairs.count
    var width = top
    for (index, pair) in pairing.pairs.enumerated() {
      let (a, b) = (try one.step(pair.first), try other.step(pair.second))
      let places = a.best(top, by: rule)
      if index == 0 { width = places.count }
      guard places.count == width else { throw LogitShiftError.badRun(reason: "steps of different width") }
      let firstShifts = places.map { a.shift(at: $0) }
      var missing = 0
      let secondShifts = places.map { place -> Double in
        let targets = mapping.targets(of: a.column(at: place))
        // A token that the second model does not have was not shifted there: 0, and counted.
        if targets.ids.isEmpty {
          unmatched += 1
          return 0
        }
        guard let shift = Self.combined(targets, b) else {
          missing += 1
          return 0
        }
        return shift
      }
      if missing > 0 {
        throw LogitShiftError.columnsMissing(
          run: secondName, prompt: prompt, step: one.steps[pair.first], missing: missing, of: places.count)
      }
      divergence += Self.divergence(places.map { Double(a.base[$0]) }, firstShifts, secondShifts)
      first += firstShifts
      second += secondShifts
      ids += places.map { a.column(at: $0) }
    }
    columns = width
  }

  /// The shift of a column's targets together, or nil where one was not kept.
  private static func combined(_ targets: ColumnMapping.Targets, _ step: CapturedStep) -> Double? {
    var sum = 0.0
    var most = -Double.infinity
    for (id, weight) in zip(targets.ids, targets.weights) {
      guard let place = step.place(of: id) else { return nil }
      let shift = step.shift(at: place)
      sum += Double(weight) * shift
      most = max(most, shift)
    }
    return targets.isMean ? sum : most
  }

  /// KL of softmax(base + own shifts) from softmax(base + other shifts).
  private static func divergence(_ base: [Double], _ own: [Double], _ other: [Double]) -> Double {
    let p = zip(base, own).map { $0 + $1 }
    let q = zip(base, other).map { $0 + $1 }
    let (zp, zq) = (logSumExp(p), logSumExp(q))
    var sum = 0.0
    for i in p.indices { sum += exp(p[i] - zp) * ((p[i] - zp) - (q[i] - zq)) }
    // Rounding can take the divergence of equal rows below 0.
    return max(0, sum)
  }
}
