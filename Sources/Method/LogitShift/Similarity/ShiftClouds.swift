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
  /// The largest log-probability of each step by magnitude, of the first model and of the second: what their shifts are
  /// rounded by is a part of it.
  private(set) var largest: (first: [Double], second: [Double]) = ([], [])
  /// The first base model's log-probabilities at the kept columns.
  private var base: [Double] = []

  /// Reads both prompts and gathers the columns of each step that its ranking puts first.
  ///
  /// - Throws: ``LogitShiftError/columnsMissing(run:prompt:step:missing:of:)``, and what reading throws.
  init(
    _ one: CapturedPrompt, _ other: CapturedPrompt, _ pairing: StepPairing, top: Int, rule: RankingRule,
    mapping: ColumnMapping, secondName: String, prompt: Int
  ) throws {
    self = try Self.through(
      [mapping], one, other, pairing, top: top, rule: rule, secondName: secondName, prompt: prompt)[0].get()
  }

  private init(steps: Int) { self.steps = steps }

  /// The clouds through each of several mappings, for which both prompts are read once.
  ///
  /// - Returns: The clouds of each mapping, or the error that a column it needs was not kept.
  /// - Throws: What reading throws.
  static func through(
    _ mappings: [ColumnMapping], _ one: CapturedPrompt, _ other: CapturedPrompt, _ pairing: StepPairing,
    top: Int, rule: RankingRule, secondName: String, prompt: Int
  ) throws -> [Result<ShiftClouds, LogitShiftError>] {
    var results = [Result<ShiftClouds, LogitShiftError>](
      repeating: .success(ShiftClouds(steps: pairing.pairs.count)), count: mappings.count)
    var width = top
    for (index, pair) in pairing.pairs.enumerated() {
      let (a, b) = (try one.step(pair.first), try other.step(pair.second))
      let places = a.best(top, by: rule)
      if index == 0 { width = places.count }
      guard places.count == width else { throw LogitShiftError.badRun(reason: "steps of different width") }
      for (number, mapping) in mappings.enumerated() {
        guard case .success(var clouds) = results[number] else { continue }
        // Taken out while it grows: two holders would copy its arrays at every step.
        results[number] = .failure(.noSteps(prompt: prompt))
        let missing = clouds.add(a, b, places, mapping)
        results[number] =
          missing == 0
          ? .success(clouds)
          : .failure(
            .columnsMissing(
              run: secondName, prompt: prompt, step: one.steps[pair.first], missing: missing,
              of: places.count))
      }
    }
    return results
  }

  /// Appends a step, and says how many columns that the mapping needs were not kept.
  private mutating func add(
    _ a: CapturedStep, _ b: CapturedStep, _ places: [Int], _ mapping: ColumnMapping
  ) -> Int {
    var missing = 0
    var (ownLargest, otherLargest) = (0.0, 0.0)
    for place in places {
      let column = a.column(at: place)
      ids.append(column)
      base.append(Double(a.base[place]))
      first.append(a.shift(at: place))
      ownLargest = max(ownLargest, Double(max(abs(a.base[place]), abs(a.tuned[place]))))
      let targets = mapping.targets(of: column)
      // A token that the second model does not have was not shifted there: 0, and counted.
      if targets.ids.isEmpty {
        unmatched += 1
        second.append(0)
        continue
      }
      guard let (shift, size) = Self.combined(targets, b) else {
        missing += 1
        continue
      }
      second.append(shift)
      otherLargest = max(otherLargest, size)
    }
    largest.first.append(ownLargest)
    largest.second.append(otherLargest)
    columns = places.count
    return missing
  }

  /// The sum over steps of KL(P‖Q).
  var divergence: Double {
    (0..<steps).reduce(0) { sum, step in
      let row = step * columns..<(step + 1) * columns
      return sum + Self.divergence(base[row], first[row], second[row])
    }
  }

  /// The shift of a column's targets together and the largest log-probability of them, or nil where one was not kept.
  private static func combined(
    _ targets: ColumnMapping.Targets, _ step: CapturedStep
  ) -> (shift: Double, largest: Double)? {
    var sum = 0.0
    var most = -Double.infinity
    var largest = 0.0
    for (id, weight) in zip(targets.ids, targets.weights) {
      guard let place = step.place(of: id) else { return nil }
      let shift = step.shift(at: place)
      sum += Double(weight) * shift
      most = max(most, shift)
      largest = max(largest, Double(max(abs(step.base[place]), abs(step.tuned[place]))))
    }
    return (targets.isMean ? sum : most, largest)
  }

  /// KL of softmax(base + own shifts) from softmax(base + other shifts).
  private static func divergence(
    _ base: ArraySlice<Double>, _ own: ArraySlice<Double>, _ other: ArraySlice<Double>
  ) -> Double {
    let p = zip(base, own).map { $0 + $1 }
    let q = zip(base, other).map { $0 + $1 }
    let (zp, zq) = (logSumExp(p), logSumExp(q))
    var sum = 0.0
    for i in p.indices { sum += exp(p[i] - zp) * ((p[i] - zp) - (q[i] - zq)) }
    // Rounding can take the divergence of equal rows below 0.
    return max(0, sum)
  }
}
