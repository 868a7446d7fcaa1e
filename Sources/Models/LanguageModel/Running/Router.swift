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
  /// What experts are chosen by, of one position.
  private var choice: [Float]

  /// Room for so many positions.
  init(_ mixture: Mixture, positions: Int) {
    self.mixture = mixture
    chosen = [Int32](repeating: 0, count: positions * mixture.chosen)
    weights = [Float](repeating: 0, count: positions * mixture.chosen)
    choice = [Float](repeating: 0, count: mixture.experts)
  }

  /// Chooses for some positions.
  ///
  /// - Parameters:
  ///   - products: positions × experts; they become the scores.
  ///   - n: The number of positions.
  ///   - correction: What is added to the score of each expert where it is chosen, or nil.
  ///   - scales: What the weight of each expert is multiplied by in the end, or nil.
  /// - Complexity: O(n · experts · chosen).
  mutating func choose(
    _ products: UnsafeMutablePointer<Float>, positions n: Int, correction: UnsafePointer<Float>? = nil,
    scales: UnsafePointer<Float>? = nil
  ) {
    for position in 0..<n {
      choose(products + position * mixture.experts, at: position * mixture.chosen, correction)
    }
    guard let scales else { return }
    for index in 0..<n * mixture.chosen { weights[index] *= scales[Int(chosen[index])] }
  }

  private mutating func choose(
    _ scores: UnsafeMutablePointer<Float>, at first: Int, _ correction: UnsafePointer<Float>?
  ) {
    let (experts, count) = (mixture.experts, mixture.chosen)
    score(scores)
    for expert in 0..<experts { choice[expert] = scores[expert] + (correction?[expert] ?? 0) }
    if let groups = mixture.groups { keep(groups) }
    var total: Float = 0
    for index in first..<first + count {
      var best = 0
      // What was chosen is below every score; a score that is no number is found by the check of the layer's state.
      for expert in 1..<max(1, experts) where choice[expert] > choice[best] { best = expert }
      chosen[index] = Int32(best)
      weights[index] = scores[best]
      total += scores[best]
      choice[best] = -.infinity
    }
    let factor = mixture.normalizes ? mixture.scale / total : mixture.scale
    for index in first..<first + count { weights[index] *= factor }
    sort(first..<first + count)
  }

  /// Leaves the experts of the best groups to be chosen.
  private mutating func keep(_ groups: Mixture.Groups) {
    let size = mixture.experts / groups.count
    var sums = (0..<groups.count).map { group in
      choice[group * size..<(group + 1) * size].sorted(by: >).prefix(groups.best).reduce(0, +)
    }
    var kept = Set<Int>()
    for _ in 0..<groups.chosen {
      var best = 0
      for group in sums.indices where sums[group] > sums[best] { best = group }
      kept.insert(best)
      sums[best] = -.infinity
    }
    for expert in 0..<mixture.experts where !kept.contains(expert / size) { choice[expert] = -.infinity }
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
