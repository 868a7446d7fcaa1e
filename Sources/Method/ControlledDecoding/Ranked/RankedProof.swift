internal import CMCLanguageModel
internal import CMCPrimitives

/// What can be said of a choice where the scores of some tokens are known and those of the others bounded from above.
///
/// The bound of a token is what its score would be with the largest log-probability that the user model can have given it. As
/// adding in floating point never turns two numbers around, it holds for the computed scores too, not for exact sums alone.
package struct RankedProof {
  private let scores: UnsafeBufferPointer<Float>
  private let isKnown: [Bool]
  private let ceiling: Float
  private let rest: Double
  /// The highest bound of a token that is not known; -∞ where there is none, or all are masked.
  private let highest: Float

  /// Notes what is known.
  ///
  /// - Parameters:
  ///   - scores: A score, or its bound, a token.
  ///   - isKnown: Which they are.
  ///   - ceiling: The largest log-probability that an unknown token can have by the user model; its bound came from it.
  ///   - rest: The most that the unknown ones' probabilities by the user model can be together.
  package init(scores: UnsafeBufferPointer<Float>, isKnown: [Bool], ceiling: Float, rest: Double) {
    (self.scores, self.isKnown, self.ceiling, self.rest) = (scores, isKnown, ceiling, rest)
    var highest = -Float.infinity
    for token in 0..<scores.count where !isKnown[token] && !(scores[token] <= highest) {
      highest = scores[token]
    }
    self.highest = highest
  }

  /// Whether the best token is certain: it is known, and no bound is above it, nor equal with a lower id.
  ///
  /// Where a score is not a number there is nothing to choose either way.
  package var knowsBest: Bool { Sampler.best(scores).map { isKnown[Int($0)] } ?? true }

  /// Whether the best `count` tokens are certain.
  package func knowsBest(_ count: Int) -> Bool {
    guard highest > -.infinity else { return true }
    var above = 0
    for token in 0..<scores.count where isKnown[token] && scores[token] > highest { above += 1 }
    return above >= count
  }

  /// What can be said of a draw from the known tokens alone.
  ///
  /// - Parameters:
  ///   - options: How it is drawn; the temperature is above 0.
  ///   - limit: The largest share of the probability that may be missing.
  /// - Returns: Nil where more has to be known.
  package func draw(_ options: SamplingOptions, limit: Double) -> Exactness? {
    guard knowsBest, let best = Sampler.best(scores) else { return knowsBest ? .proved : nil }
    let top = scores[Int(best)]
    guard top > -.infinity, top < .infinity else { return .proved }
    // As in the sampler: what is below this is never drawn.
    let floor = top - 41.6 * options.temperature
    if highest < floor { return .proved }
    if options.topK > 0 { return knowsBest(options.topK) ? .proved : nil }
    let temperature = Double(options.temperature)
    // The sampler's own arithmetic, so that it cuts where this says.
    func weight(_ score: Float) -> Double { exponential(Double((score - top) / options.temperature)) }
    if options.topP < 1 {
      var known: [Float] = []
      for token in 0..<scores.count where isKnown[token] && scores[token] >= floor {
        known.append(scores[token])
      }
      known.sort(by: >)
      let weights = known.map(weight)
      let sum = weights.reduce(0, +)
      let count = Self.count(weights, share: Double(options.topP) * sum)
      let most = Self.count(weights, share: Double(options.topP) * (sum + missing(top, temperature)))
      guard let count, count == most, known[count - 1] > highest else { return nil }
      return .proved
    }
    if options.minP > 0 { return weight(highest) < Double(options.minP) ? .proved : nil }
    var sum = 0.0
    for token in 0..<scores.count where isKnown[token] && scores[token] >= floor {
      sum += weight(scores[token])
    }
    let missing = missing(top, temperature)
    let share = missing / (sum + missing)
    return share <= limit ? .bounded(share) : nil
  }

  /// How many of the first weights come to a sum; nil where all of them do not.
  private static func count(_ weights: [Double], share: Double) -> Int? {
    var sum = 0.0
    for (place, weight) in weights.enumerated() {
      sum += weight
      if sum >= share { return place + 1 }
    }
    return nil
  }

  /// The most that the unknown tokens can weigh together, the best token weighing 1.
  ///
  /// A token of probability x by the user model weighs x^(1/T) · g, where g is what the delta models make of it, x ≤ e^ceiling
  /// and all x are at most `rest` together. For T ≤ 1 that is x · e^(ceiling · (1/T - 1)) · g at most, and the sum is largest
  /// where the largest g have all the probability that they can have. For T > 1, Hölder's inequality bounds it; so does, for
  /// every T, giving each token the largest x.
  private func missing(_ top: Float, _ temperature: Double) -> Double {
    // A little more than the exact bound, for what weights are off by in single precision.
    1.000_001 * missingExactly(top, temperature)
  }

  private func missingExactly(_ top: Float, _ temperature: Double) -> Double {
    var bounds: [Double] = []
    for token in 0..<scores.count where !isKnown[token] && scores[token] > -.infinity {
      bounds.append(exponential((Double(scores[token]) - Double(top)) / temperature))
    }
    let all = bounds.reduce(0, +)
    let most = exponential(Double(ceiling))
    guard most > 0, !bounds.isEmpty else { return all }
    if temperature > 1 {
      let q = temperature / (temperature - 1)
      let largest = bounds.max() ?? 0
      guard largest > 0 else { return 0 }
      // Σ x^(1/T) g ≤ (Σ x)^(1/T) · (Σ g^q)^(1/q), the bounds being e^(ceiling / T) · g.
      let norm = exponential(
        logarithm(bounds.reduce(0) { $0 + exponential(q * logarithm($1 / largest)) }) / q)
      return min(all, largest * norm * exponential(logarithm(rest / most) / temperature))
    }
    let full = rest / most
    guard full < Double(bounds.count) else { return all }
    bounds.sort(by: >)
    let count = Int(saturating: full)
    return bounds[..<count].reduce(0, +) + (full - Double(count)) * bounds[count]
  }
}
