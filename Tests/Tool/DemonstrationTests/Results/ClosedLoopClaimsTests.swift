import Testing

@testable import CMCDemonstration
@testable import CMCEvaluation

@Suite("Claims of the closed loop") struct ClosedLoopClaimsTests {
  private func result(_ comparisons: [ClosedLoopResult.Comparison] = []) -> ClosedLoopResult {
    var answers = ClosedLoopResult.TokenShares()
    (answers.tokens, answers.exact, answers.shorter) = (100, 96, 4)
    return ClosedLoopResult(
      tool: "test", models: "m", worldSeed: 1, seed: 1, prompts: 10, alignment: answers, answers: answers,
      systems: [], comparisons: comparisons, sweep: [], shifts: nil, claims: [], examples: [], seconds: 0,
      peakMemory: 0)
  }

  private func holds(_ result: ClosedLoopResult, _ matches: [ClosedLoopSystemID: [Double]] = [:]) -> [Bool] {
    ClosedLoopClaims(result, matches: matches, resampling: Resampling(seed: 1)).all.map(\.holds)
  }

  private func comparison(_ worse: ClosedLoopSystemID, low: Double) -> ClosedLoopResult.Comparison {
    ClosedLoopResult.Comparison(
      better: "two-delta", worse: worse,
      difference: Estimate(value: low + 0.1, low: low, high: low + 0.2, count: 10),
      wins: 2, losses: 1)
  }

  @Test("A margin must exclude 0, and the best of the shuffled maps counts") func margins() {
    #expect(holds(result([comparison("base-two", low: 0.2)])) == [true, false])
    #expect(holds(result([comparison("base-two", low: 0)])) == [false, false])
    let shuffled = [0.3, -0.01, 0.2].enumerated().map {
      comparison(ClosedLoopSystemID(rawValue: "two-shuffled-\($0 + 1)"), low: $1)
    }
    #expect(holds(result(shuffled)) == [false, false])
  }

  @Test("Four fifths of LoRA's gain, over what the user could do before") func gain() {
    func matches(_ delta: Int) -> [ClosedLoopSystemID: [Double]] {
      func row(_ count: Int) -> [Double] { (0..<20).map { $0 < count ? 1 : 0 } }
      return ["base-one": row(10), "lora-one": row(20), "one-delta": row(delta)]
    }
    #expect(holds(result(), matches(18)) == [true, false])
    #expect(holds(result(), matches(17)) == [false, false])
    #expect(holds(result(), ["base-one": [1], "lora-one": [1], "one-delta": [1]]) == [false])
  }

  @Test("Tests of shifts decide by p") func shifts() {
    var result = result()
    let (good, bad) = (
      ClosedLoopResult.Test(same: 1, cross: 2, low: -2, high: -0.5, p: 0.001),
      ClosedLoopResult.Test(same: 1, cross: 1, low: -1, high: 1, p: 0.5)
    )
    result.shifts = ClosedLoopResult.Shifts(
      runs: [], cosine: [], sinkhorn: [], prompts: 3, cosineTest: good, sinkhornTest: bad)
    #expect(holds(result) == [true, false, false])
    result.shifts?.centredTest = bad
    #expect(holds(result) == [false, true, false, false])
  }
}

/// Tests name systems as files do.
extension ClosedLoopSystemID: ExpressibleByStringLiteral {
  package init(stringLiteral value: String) { self.init(rawValue: value) }
}
