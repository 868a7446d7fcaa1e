import Testing

@testable import CMCDemonstration
@testable import CMCEvaluation

/// A result of the closed loop whose every text is hostile; figures are made up.
enum ClosedLoopSample {
  private typealias Result = ClosedLoopResult

  static let ids: [ClosedLoopSystemID] = [
    "constant", "base-one", "base-two", "delta-alone", "delta-alone-mapped", "lora-one", "one-delta",
    "lora-two",
    "two-delta", "two-exact", "two-shuffled-1", "two-scratch",
  ]

  /// The result, its texts taken from a list in turn.
  static func result(_ texts: [String]) throws -> ClosedLoopResult {
    func text(_ place: Int) -> String { "\(place): " + texts[place % texts.count] }
    var shares = Result.TokenShares()
    (shares.tokens, shares.exact, shares.shorter, shares.longer) = (100, 60, 25, 5)
    (shares.other, shares.unmatched) = (4, 6)
    let systems = try ids.enumerated().map { place, id in
      var system = Result.System(
        id: id, title: text(place),
        user: id.rawValue.contains("one") ? .one : id.rawValue.contains("two") ? .two : nil,
        group: Result.Group.allCases[place % Result.Group.allCases.count], alpha: place < 3 ? nil : 1,
        map: id.rawValue.hasPrefix("two") ? text(place) : nil, scores: try scores(Double(place) / 12, text))
      if place > 0 {
        (system.accuracy, system.loss, system.placed) = (estimate(0.9), 0.25, shares)
        (system.seconds, system.tokensPerSecond, system.weightBytes) = (1.5, 1234.5, 2_650_000)
      }
      return system
    }
    let comparisons = ids.dropFirst(2).filter { $0 != "two-delta" }.map { id in
      Result.Comparison(better: "two-delta", worse: id, difference: estimate(0.1, 0.2), wins: 21, losses: 7)
    }
    let matrix: [[Double?]] = [[1, 0.5], [nil, 1]]
    let test = Result.Test(same: 0.5, cross: 0.75, low: -0.5, high: -0.25, p: 0.0001)
    var result = ClosedLoopResult(
      tool: text(0), models: text(1), worldSeed: 3, seed: 4, prompts: 200, alignment: shares, answers: shares,
      systems: systems, comparisons: comparisons,
      sweep: [0, 1, 2].map { Result.SweepPoint(alpha: $0, one: estimate($0 / 2), two: estimate($0 / 4)) },
      shifts: Result.Shifts(
        runs: [text(2), text(3)], cosine: matrix, sinkhorn: matrix, prompts: 40, cosineTest: test,
        sinkhornTest: test),
      claims: texts.indices.map { Result.Claim(text($0), holds: $0 % 2 == 0) },
      examples: texts.indices.map { place in
        Result.Example(
          prompt: text(place), answer: text(place + 1),
          answers: [ClosedLoopSystemID.twoDelta, "no such system"].map {
            Result.Answer(system: $0, text: place == 0 ? "" : text(place + 2), isRight: place % 2 == 0)
          })
      }, seconds: 12.5, peakMemory: 300 << 20)
    result.loraShare = estimate(0.95)
    result.beyond = [
      .init(
        user: .two, steerings: 20, prompts: 27, attributes: [.init(name: text(2), prompts: 24, total: 26)],
        systems: [.init(id: "lora-two", answered: 3, rest: estimate(0.945))])
    ]
    result.shifts?.centred = matrix
    result.shifts?.centredTest = test
    result.shifts?.meanShare = 0.7
    return result
  }

  static func estimate(_ value: Double, _ reach: Double = 0.05) -> Estimate {
    Estimate(value: value, low: value - reach, high: value + reach, count: 200)
  }

  private static func scores(
    _ value: Double, _ text: (Int) -> String
  ) throws -> ClosedLoopResult.Scores {
    var scores = try #require(
      ClosedLoopResult.Scores([("", false)], references: ["{"]))
    scores.exactMatch = estimate(value)
    scores.attributes = (0..<3).map { Result.Attribute(name: text($0), exactMatch: estimate(value)) }
    return scores
  }
}
