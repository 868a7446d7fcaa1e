import CMCPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Chooses tokens from scores, in the order of transformers: temperature, top-k, top-p, min-p.
///
/// The repetition penalty comes before them all, on the user model's raw logits: see ``penalize(_:)``.
package struct Sampler {
  private let options: SamplingOptions
  private var random: SeededGenerator
  private var seen: Set<Int32> = []
  private var candidates: [Candidate] = []

  private struct Candidate {
    var id: Int32
    var score: Float
    var weight: Double = 0
  }

  /// A sampler; prompt tokens count as having occurred.
  package init(_ options: SamplingOptions, prompt: some Sequence<Int32>) {
    self.options = options
    random = SeededGenerator(seed: options.seed)
    if options.repetitionPenalty != 1 { seen = Set(prompt) }
  }

  /// Chooses a token and notes that it occurred.
  ///
  /// - Parameter scores: A score a token.
  /// - Returns: The token; of equal scores the lowest id. Nil where no score is above -∞, or one is not a
  ///   number or infinite.
  /// - Complexity: O(scores) for the best token, O(scores · log k) for k that take part.
  package mutating func choose(_ scores: UnsafeBufferPointer<Float>) -> Int32? {
    let best = Self.best(scores)
    guard let best, scores[Int(best)] > -.infinity, scores[Int(best)] < .infinity else { return nil }
    let chosen = options.temperature > 0 ? draw(scores, best: best) : best
    if penalizes { seen.insert(chosen) }
    return chosen
  }

  /// The token with the highest score, of equal ones the lowest id; nil where one is not a number.
  package static func best(_ scores: UnsafeBufferPointer<Float>) -> Int32? {
    guard !scores.isEmpty else { return nil }
    var best = 0
    var top = scores[0]
    for place in 0..<scores.count {
      // True for a larger number and for one that is none, after which nothing is larger.
      if !(scores[place] <= top) {
        top = scores[place]
        best = place
        if top.isNaN { return nil }
      }
    }
    return top.isNaN ? nil : Int32(best)
  }

  /// Whether ``penalize(_:)`` changes anything.
  package var penalizes: Bool { options.repetitionPenalty != 1 }

  /// Makes the logits of tokens that have occurred less likely, as transformers does: those above 0 are divided by the
  /// penalty, the others multiplied.
  ///
  /// - Parameter logits: The user model's, before anything is added: at α = 0 every mode then gives the user's own text.
  /// - Complexity: O(different tokens so far).
  package func penalize(_ logits: UnsafeMutableBufferPointer<Float>) {
    let penalty = options.repetitionPenalty
    guard penalizes else { return }
    for id in seen where Int(id) < logits.count {
      let logit = logits[Int(id)]
      logits[Int(id)] = logit < 0 ? logit * penalty : logit / penalty
    }
  }

  private mutating func draw(_ scores: UnsafeBufferPointer<Float>, best: Int32) -> Int32 {
    let top = scores[Int(best)]
    collect(scores, top: top)
    // By falling score, then by id, where the best are to be kept; else by id, which costs nothing.
    if options.topK > 0 || options.topP < 1 {
      candidates.sort { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
    }
    if options.topK > 0, candidates.count > options.topK {
      candidates.removeLast(candidates.count - options.topK)
    }
    var total = 0.0
    for place in candidates.indices {
      candidates[place].weight = exp(Double((candidates[place].score - top) / options.temperature))
      total += candidates[place].weight
    }
    if options.topP < 1 {
      var sum = 0.0
      var count = 0
      for candidate in candidates {
        sum += candidate.weight
        count += 1
        if sum >= Double(options.topP) * total { break }
      }
      candidates.removeLast(candidates.count - count)
    }
    if options.minP > 0 { candidates.removeAll { $0.weight < Double(options.minP) } }
    total = candidates.reduce(0) { $0 + $1.weight }
    var place = Double(random.next() >> 11) * 0x1p-53 * total
    for candidate in candidates {
      place -= candidate.weight
      if place < 0 { return candidate.id }
    }
    return candidates.last?.id ?? best
  }

  /// The tokens that can still be drawn: with a weight that is not 0, and with top-k no more than needed.
  private mutating func collect(_ scores: UnsafeBufferPointer<Float>, top: Float) {
    candidates.removeAll(keepingCapacity: true)
    // Below this a weight is less than 2⁻⁶⁰ of the best one's, less than the random number's grain.
    let floor = top - 41.6 * options.temperature
    // Keeping many in order costs more than to sort all of them once.
    guard (1...1000).contains(options.topK) else {
      for place in 0..<scores.count where scores[place] >= floor {
        candidates.append(Candidate(id: Int32(place), score: scores[place]))
      }
      return
    }
    // The best scores so far, rising: nothing below the first of them can be drawn once there are as many as may be.
    var kept: [Float] = []
    kept.reserveCapacity(options.topK)
    var least = floor
    for place in 0..<scores.count where scores[place] >= least {
      let score = scores[place]
      candidates.append(Candidate(id: Int32(place), score: score))
      if kept.count == options.topK {
        guard score > kept[0] else { continue }
        kept.removeFirst()
      }
      kept.insert(score, at: kept.firstIndex { $0 >= score } ?? kept.count)
      if kept.count == options.topK { least = kept[0] }
    }
    candidates.removeAll { $0.score < least }
  }
}
