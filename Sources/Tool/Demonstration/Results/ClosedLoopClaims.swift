package import CMCEvaluation
internal import CMCPrimitives

/// What the closed loop should show, held against what it did.
package struct ClosedLoopClaims {
  /// Systems that are compared prompt by prompt: the one that should be better first.
  package static let pairs: [(better: ClosedLoopSystemID, worse: ClosedLoopSystemID)] = [
    (.oneDelta, .baseOne), (.oneDelta, .loraOne), (.twoDelta, .baseTwo),
    (.twoDelta, .deltaAloneMapped), (.twoDelta, .deltaAlone), (.twoDelta, .two(through: .shuffled1)),
    (.twoDelta, .two(through: .shuffled2)),
    (.twoDelta, .two(through: .shuffled3)), (.twoDelta, .two(through: .exact)),
    (.twoDelta, .two(through: .fallback)),
    (.twoDelta, .two(through: .mined)), (.twoDelta, .two(through: .retokenize)),
    (.twoDelta, .two(through: .firstPiece)), (.two(through: .firstPiece), .two(through: .retokenize)),
    (.twoDelta, .loraTwo),
    (.twoDelta, .fullTwo), (.two(with: .scratch), .aloneMapped(.scratch)),
  ]

  private let result: ClosedLoopResult
  /// Which prompts each system answered exactly, 1 or 0.
  private let matches: [ClosedLoopSystemID: [Double]]
  private let resampling: Resampling

  /// Takes what is known.
  ///
  /// - Parameters:
  ///   - result: The result, its claims still empty.
  ///   - matches: Which prompts each system answered exactly, 1 or 0, all in the same order.
  ///   - resampling: For the interval of the share of LoRA's gain.
  package init(_ result: ClosedLoopResult, matches: [ClosedLoopSystemID: [Double]], resampling: Resampling) {
    (self.result, self.matches, self.resampling) = (result, matches, resampling)
  }

  /// All claims that the result has figures for.
  package var all: [ClosedLoopResult.Claim] { controls + gain + shifts + task }

  private var controls: [ClosedLoopResult.Claim] {
    let controls: [(words: String, others: [ClosedLoopSystemID])] = [
      ("the second user alone", [.baseTwo]),
      ("the delta model alone, through the map", [.deltaAloneMapped]),
      (
        "the same through the best of three shuffled maps",
        ClosedLoopMap.shuffles.map { .two(through: $0) }
      ),
    ]
    return controls.compactMap { words, others in
      let found = result.comparisons.filter { $0.better == .twoDelta && others.contains($0.worse) }
      guard let d = found.map(\.difference).min(by: { $0.low < $1.low }) else { return nil }
      return .init(
        "The second user with the delta model beats \(words): \(Self.signed(d.value)) exact matches, 95 % "
          + "\(Self.signed(d.low)) to \(Self.signed(d.high)).", holds: d.low > 0)
    }
  }

  /// The share of LoRA's gain over the untuned first user that the delta model reaches; nil where a system is missing
  /// or LoRA gains nothing.
  package var loraShare: Estimate? {
    guard let base = matches[.baseOne], let delta = matches[.oneDelta], let lora = matches[.loraOne],
      zip(lora, base).map(-).reduce(0, +) > 0
    else { return nil }
    return resampling.ratio(zip(delta, base).map(-), zip(lora, base).map(-))
  }

  private var gain: [ClosedLoopResult.Claim] {
    guard let gain = loraShare else { return [] }
    return [
      .init(
        "The first user with the delta model gains at least 80 % of what LoRA gains: "
          + "\(Self.percent(gain.value)), 95 % \(Self.percent(gain.low)) to \(Self.percent(gain.high)).",
        holds: gain.value >= 0.8)
    ]
  }

  private var shifts: [ClosedLoopResult.Claim] {
    guard let shifts = result.shifts else { return [] }
    let centred = shifts.centredTest.map { ("centred cosine", $0, shifts.shuffled?.centredTest) }
    return [
      centred, ("1 − cosine", shifts.cosineTest, shifts.shuffled?.cosineTest),
      ("Sinkhorn divergence", shifts.sinkhornTest, shifts.shuffled?.sinkhornTest),
    ].compactMap(\.self).map { name, test, shuffled in
      func pair(_ test: ClosedLoopResult.Test) -> String {
        "\(NumberText.fixed(test.same, digits: 3)) against \(NumberText.fixed(test.cross, digits: 3))"
      }
      let p = test.p < 0.0001 ? "< 0.0001" : "= " + NumberText.fixed(test.p, digits: 4)
      return .init(
        "What tuning does to the logits is nearer for the same task than for another, by \(name): \(pair(test)), p \(p)"
          + "\(shuffled.map { "; through a shuffled map \(pair($0))" } ?? "").", holds: test.p < 0.01)
    }
  }

  private var task: [ClosedLoopResult.Claim] {
    let rest = 1 - result.answers.share(\.exact)
    var claims: [ClosedLoopResult.Claim] = [
      .init(
        "At least 5 % of the tokens of right answers are not exact in the map: \(Self.percent(rest)).",
        holds: rest >= 0.05)
    ]
    if let constant = result.system(.constant), let copied = result.system(.copied) {
      let best = max(constant.exactMatch.value, copied.exactMatch.value)
      claims.append(
        .init(
          "A constant or copied answer is right in fewer than 30 % of the prompts: \(Self.percent(best)).",
          holds: best < 0.3))
    }
    return claims
  }

  private static func signed(_ value: Double) -> String {
    (value < 0 ? "−" : "+") + NumberText.fixed(abs(value), digits: 3)
  }

  private static func percent(_ share: Double) -> String { NumberText.percent(share, digits: 1) }
}
