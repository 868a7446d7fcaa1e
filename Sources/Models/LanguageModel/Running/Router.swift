#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Chooses experts by a router's products.
struct Router {
  let mixture: Mixture
  /// The chosen of each position, by ascending number, and what each weighs [positions × chosen].
  private(set) var chosen: [Int32]
  private(set) var weights: [Float]

  /// Room for so many positions.
  init(_ mixture: Mixture, positions: Int) {
    self.mixture = mixture
    chosen = [Int32](repeating: 0, count: positions * mixture.chosen)
    weights = [Float](repeating: 0, count: positions * mixture.chosen)
  }

  /// Chooses for some positions.
  ///
  /// - Parameters:
  ///   - products: positions × experts; they become the scores.
  ///   - n: The number of positions.
  /// - Complexity: O(n · experts · chosen).
  mutating func choose(_ products: UnsafeMutablePointer<Float>, positions n: Int) {
    for position in 0..<n { choose(products + position * mixture.experts, at: position * mixture.chosen) }
  }

  private mutating func choose(_ scores: UnsafeMutablePointer<Float>, at first: Int) {
    let (experts, count) = (mixture.experts, mixture.chosen)
    score(scores)
    var total: Float = 0
    for index in first..<first + count {
      var best = 0
      // What was chosen is below every score; a score that is no number is found by the check of the layer's state.
      for expert in 1..<max(1, experts) where scores[expert] > scores[best] { best = expert }
      chosen[index] = Int32(best)
      weights[index] = scores[best]
      total += scores[best]
      scores[best] = -.infinity
    }
    let factor = mixture.normalizes ? mixture.scale / total : mixture.scale
    for index in first..<first + count { weights[index] *= factor }
    sort(first..<first + count)
  }

  private func score(_ scores: UnsafeMutablePointer<Float>) {
    let experts = mixture.experts
    switch mixture.scores {
    case .softmax:
      var largest = -Float.infinity
      for expert in 0..<experts { largest = max(largest, scores[expert]) }
      var sum: Float = 0
      for expert in 0..<experts {
        scores[expert] = expf(scores[expert] - largest)
        sum += scores[expert]
      }
      for expert in 0..<experts { scores[expert] /= sum }
    case .sigmoid:
      for expert in 0..<experts { scores[expert] = 1 / (1 + expf(-scores[expert])) }
    }
  }

  /// Brings the chosen of a position in the order of their numbers, in which their outputs are added up.
  private mutating func sort(_ range: Range<Int>) {
    for index in range.dropFirst() {
      var place = index
      while place > range.lowerBound, chosen[place - 1] > chosen[place] {
        chosen.swapAt(place - 1, place)
        weights.swapAt(place - 1, place)
        place -= 1
      }
    }
  }
}
