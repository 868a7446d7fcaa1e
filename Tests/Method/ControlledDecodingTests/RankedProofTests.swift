import CMCControlledDecoding
import CMCLanguageModel
import CMCPrimitives
import Testing

/// What is proved of a choice by the best columns alone, held against all of them.
@Suite struct RankedProofTests {
  /// A user model's log-probabilities and what delta models add, of every shape.
  struct Row {
    var user: [Float]
    var terms: [Float]

    init(_ random: inout SeededGenerator, width: Int) {
      func number() -> Float { Float(random.next() >> 40) / Float(1 << 24) }
      let spread = number() * 12
      let delta = number() * 8
      // Coarse steps make ties.
      let grain: Float = number() < 0.3 ? 0.5 : 0
      func rough(_ value: Float) -> Float { grain > 0 ? (value / grain).rounded() * grain : value }
      let raw = (0..<width).map { _ in rough(number() * number() * spread) }
      let sum = raw.withUnsafeBufferPointer(logSumExp)
      user = raw.map { $0 - sum }
      terms = (0..<width).map { _ in number() < 0.2 ? 0 : rough((number() - 0.5) * delta) }
      if number() < 0.2 { for token in terms.indices where token % 7 == 3 { terms[token] = -.infinity } }
    }

    var scores: [Float] { zip(user, terms).map { $0 + $1 } }

    func ranked(_ count: Int) throws -> RankedLogits {
      let order = user.indices.sorted { user[$0] > user[$1] || (user[$0] == user[$1] && $0 > $1) }
      return try RankedLogits(
        order.prefix(count).map { ($0, Double(user[$0])) }, asked: count, width: user.count, least: -1000)
    }

    /// Scores, bounds where nothing is known, and which are known.
    func bounded(_ known: RankedLogits) -> (scores: [Float], isKnown: [Bool]) {
      var all = [Float](repeating: known.ceiling, count: user.count)
      var isKnown = [Bool](repeating: false, count: user.count)
      for (id, value) in zip(known.ids, known.values) { (all[Int(id)], isKnown[Int(id)]) = (value, true) }
      return (zip(all, terms).map { $0 + $1 }, isKnown)
    }
  }

  static func forEachRow(
    _ count: Int, _ body: (Row, RankedLogits, RankedProof, [Float], [Bool]) throws -> Void
  ) throws {
    var random = SeededGenerator(seed: 17)
    for _ in 0..<count {
      let row = Row(&random, width: 20 + Int(random.next() % 300))
      for known in [1, 2, 5, row.user.count / 4, row.user.count / 2, row.user.count - 1, row.user.count] {
        let ranked = try row.ranked(known)
        let (scores, isKnown) = row.bounded(ranked)
        try scores.withUnsafeBufferPointer {
          try body(
            row, ranked,
            RankedProof(scores: $0, isKnown: isKnown, ceiling: ranked.ceiling, rest: ranked.rest), scores,
            isKnown)
        }
      }
    }
  }

  @Test func whatIsProvedBestIsBest() throws {
    var (proved, open) = (0, 0)
    try Self.forEachRow(600) { row, ranked, proof, scores, isKnown in
      let best = row.scores.withUnsafeBufferPointer(Sampler.best)
      if proof.knowsBest {
        proved += 1
        #expect(scores.withUnsafeBufferPointer(Sampler.best) == best)
      } else {
        open += 1
        #expect(!ranked.knowsAll)
      }
      for count in [1, 3, 10] where proof.knowsBest(count) {
        let all = row.scores.withUnsafeBufferPointer { topCandidates($0, count: count) }
        let own = zip(scores, isKnown).map { $1 ? $0 : -.infinity }.withUnsafeBufferPointer {
          topCandidates($0, count: count)
        }
        #expect(all == own)
      }
    }
    // Neither is the test about nothing, nor is everything called proved.
    #expect(proved > 1000 && open > 500, "\(proved) proved, \(open) open")
  }

  @Test(arguments: [Float(0.3), 0.8, 1, 1.7])
  func whatIsBoundedIsWithinTheBound(temperature: Float) throws {
    var bounded = 0
    try Self.forEachRow(200) { row, ranked, proof, scores, isKnown in
      var options = SamplingOptions()
      options.temperature = temperature
      guard case .bounded(let share)? = proof.draw(options, limit: 1) else { return }
      bounded += 1
      let weights = row.scores.map { exponential(Double($0) / Double(temperature)) }
      let all = weights.reduce(0, +)
      let missing = zip(weights, isKnown).reduce(0) { $1.1 ? $0 : $0 + $1.0 }
      #expect(missing / all <= share * (1 + 1e-9) + 1e-12)
      #expect(proof.draw(options, limit: share / 2) == nil)
    }
    #expect(bounded > 200)
  }

  /// Top-k, top-p and min-p draw the same tokens from the known ones as from all, whatever the seed.
  @Test func whatIsProvedOfADrawIsTheSameDraw() throws {
    var kinds = [0, 0, 0, 0]
    try Self.forEachRow(300) { row, ranked, proof, scores, isKnown in
      for kind in 0..<4 {
        var options = SamplingOptions()
        options.temperature = 0.7
        if kind == 0 || kind == 3 { options.topK = 5 }
        if kind == 1 || kind == 3 { options.topP = 0.8 }
        if kind == 2 { options.minP = 0.1 }
        guard !ranked.knowsAll, proof.draw(options, limit: 0) == .proved else { continue }
        kinds[kind] += 1
        let own = zip(scores, isKnown).map { $1 ? $0 : -.infinity }
        for seed in 0..<5 as Range<UInt64> {
          options.seed = seed
          var (first, second) = (Sampler(options, prompt: []), Sampler(options, prompt: []))
          #expect(
            own.withUnsafeBufferPointer { first.choose($0) }
              == row.scores.withUnsafeBufferPointer { second.choose($0) })
        }
      }
    }
    #expect(kinds.allSatisfy { $0 > 50 }, "\(kinds)")
  }

  /// By hand: three tokens of four known, the fourth at most 0.1 by the user model.
  @Test func aBoundByHand() throws {
    let probabilities = [0.5, 0.25, 0.15, 0.1]
    let known = try RankedLogits(
      probabilities.prefix(3).enumerated().map { ($0, logarithm($1)) }, asked: 3, width: 4, least: -100)
    #expect(abs(exponential(Double(known.ceiling)) - 0.15) < 1e-7)
    #expect(abs(known.rest - 0.1 - RankedLogits.sumTolerance(4)) < 1e-12)
    func proof(_ term: Float, _ body: (RankedProof) -> Void) {
      var scores = known.values + [known.ceiling + term]
      scores.withUnsafeMutableBufferPointer {
        body(
          RankedProof(
            scores: UnsafeBufferPointer($0), isKnown: [true, true, true, false], ceiling: known.ceiling,
            rest: known.rest))
      }
    }
    // 0.15 · e^t against 0.5: it can be the best from t = log(10/3) = 1.204 on.
    proof(1.2) { #expect($0.knowsBest) }
    proof(1.21) { #expect(!$0.knowsBest) }
    var options = SamplingOptions()
    options.temperature = 1
    // All that is missing is 0.1 (and what sums may be off by), twice as likely with a term of log 2: 0.2 of 1.1.
    proof(Float(logarithm(2.0))) {
      guard case .bounded(let share)? = $0.draw(options, limit: 1) else {
        Issue.record("not bounded")
        return
      }
      #expect(abs(share - 0.2 / 1.1) < 3e-4)
    }
  }
}
