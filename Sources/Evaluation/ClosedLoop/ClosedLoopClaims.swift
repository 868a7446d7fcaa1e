internal import Primitives

/// What the closed loop should show, held against what it did.
public enum ClosedLoopClaims {
  /// Systems that are compared prompt by prompt: the one that should be better first.
  public static let pairs: [(better: String, worse: String)] = [
    ("one-delta", "base-one"), ("one-delta", "lora-one"), ("two-delta", "base-two"),
    ("two-delta", "delta-alone-mapped"), ("two-delta", "two-shuffled-1"), ("two-delta", "two-shuffled-2"),
    ("two-delta", "two-shuffled-3"), ("two-delta", "two-exact"), ("two-delta", "two-fallback"),
    ("two-delta", "two-mined"), ("two-delta", "two-retokenize"), ("two-delta", "lora-two"),
    ("two-delta", "full-two"), ("two-scratch", "scratch-alone-mapped"),
  ]

  /// All claims, in the order of the pairs.
  public static func all(
    _ result: ClosedLoopResult, _ files: [String: EvaluationFile], _ resampling: Resampling
  ) -> [ClosedLoopResult.Claim] {
    var claims: [ClosedLoopResult.Claim] = []
    func number(_ value: Double) -> String { (value < 0 ? "−" : "+") + NumberText.fixed(abs(value), digits: 3) }
    for (other, words) in [
      ("base-two", "it alone"), ("delta-alone-mapped", "the delta model alone through the map"),
      ("two-shuffled-1", "a shuffled map"),
    ] {
      guard let found = result.comparisons.first(where: { $0.better == "two-delta" && $0.worse == other })
      else { continue }
      let d = found.difference
      claims.append(
        .init(
          "The second user with the delta model beats \(words): \(number(d.value)) exact matches, 95 % "
            + "\(number(d.low)) to \(number(d.high)).", holds: d.low > 0))
    }
    if let gain = gain(files, resampling) {
      claims.append(
        .init(
          "The first user with the delta model gains at least 80 % of what LoRA gains: "
            + "\(NumberText.fixed(100 * gain.value, digits: 1)) %, 95 % \(NumberText.fixed(100 * gain.low, digits: 1)) to "
            + "\(NumberText.fixed(100 * gain.high, digits: 1)).", holds: gain.value >= 0.8))
    }
    if let shifts = result.shifts {
      for (name, test) in [("1 − cosine", shifts.cosineTest), ("Sinkhorn divergence", shifts.sinkhornTest)] {
        claims.append(
          .init(
            "What tuning does to the logits is nearer for the same task than for another, by \(name): "
              + "\(NumberText.fixed(test.same, digits: 3)) against \(NumberText.fixed(test.cross, digits: 3)), p = "
              + "\(test.p < 0.001 ? "\(Float(test.p))" : NumberText.fixed(test.p, digits: 3)).", holds: test.p < 0.01))
      }
    }
    let rest = 1 - result.answers.share(\.exact)
    claims.append(
      .init(
        "At least 5 % of the tokens of right answers are not exact in the map: "
          + "\(NumberText.fixed(100 * rest, digits: 1)) %.", holds: rest >= 0.05))
    if let constant = result.system("constant"), let copied = result.system("copied") {
      let best = max(constant.exactMatch.value, copied.exactMatch.value)
      claims.append(
        .init(
          "A constant or copied answer is right in fewer than 30 % of the prompts: "
            + "\(NumberText.fixed(100 * best, digits: 1)) %.", holds: best < 0.3))
    }
    return claims
  }

  /// The share of LoRA's gain over the untuned first user that the delta model reaches.
  private static func gain(_ files: [String: EvaluationFile], _ resampling: Resampling) -> Estimate? {
    func matches(_ id: String) -> [Double]? { files[id]?.items.map { $0.isExactMatch == true ? 1 : 0 } }
    guard let base = matches("base-one"), let delta = matches("one-delta"), let lora = matches("lora-one"),
      zip(lora, base).map(-).reduce(0, +) > 0
    else { return nil }
    return resampling.ratio(zip(delta, base).map(-), zip(lora, base).map(-))
  }
}
