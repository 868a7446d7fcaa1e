internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCServing
internal import CMCTokenization
internal import CMCVocabulary

/// Log-probabilities of a text's tokens under the steered model, taken from the scores of each step.
struct TextScores {
  private let tokenizer: Tokenizer
  private let topCount: Int
  private var logSum = 0.0
  /// The scores of the last step.
  private(set) var scores: [Float] = []

  /// Scores with so many of the best tokens beside the chosen one.
  init(_ tokenizer: Tokenizer, top: Int) {
    self.tokenizer = tokenizer
    topCount = top
  }

  /// Keeps the scores of a step.
  mutating func keep(_ values: UnsafeBufferPointer<Float>) {
    scores = Array(values)
    logSum = Double(logSumExp(values))
  }

  /// The token that was chosen from them.
  func token(_ id: Int32) -> ScoredToken {
    let best = scores.withUnsafeBufferPointer { topCandidates($0, count: topCount) }
    return ScoredToken(
      id: id, bytes: bytes(id), logProbability: Double(scores[Int(id)]) - logSum,
      top: best.map {
        ScoredToken(id: $0.id, bytes: bytes($0.id), logProbability: Double($0.value) - logSum)
      })
  }

  /// A token that nothing comes before.
  func first(_ id: Int32) -> ScoredToken { ScoredToken(id: id, bytes: bytes(id), logProbability: nil) }

  private func bytes(_ id: Int32) -> [UInt8] {
    let vocabulary = tokenizer.description.vocabulary
    return Int(id) < vocabulary.idLimit ? Array(vocabulary.canonical[Int(id)]) : []
  }
}
