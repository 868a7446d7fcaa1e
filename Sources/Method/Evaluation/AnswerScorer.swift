internal import CMCAlignment
package import CMCControlledDecoding
package import CMCLanguageModel
internal import CMCPrimitives

/// How likely a user model, steered or not, finds a given continuation.
///
/// The positions of the continuation are computed together, or a block at a time where memory matters; a delta model's
/// history is cut back only where its tokens change with the text.
package final class AnswerScorer {
  /// A delta model's part.
  package struct Delta {
    let model: any LogitSource
    let antiExpert: (any LogitSource)?
    let term: ScoreCombiner.Term

    /// Joins a model and how its logits reach the user's.
    ///
    /// - Parameter antiExpert: A model of the same vocabulary and width whose logits are taken from the other's.
    package init(model: any LogitSource, antiExpert: (any LogitSource)? = nil, term: ScoreCombiner.Term) {
      self.model = model
      self.antiExpert = antiExpert
      self.term = term
    }
  }

  private let user: any LogitSource
  private let deltas: [Delta]
  private let combiner: ScoreCombiner
  /// The user model where it gives log-probabilities, and cannot always tell all of them.
  private let ranked: (any RankedLogitSource)?
  /// For each delta model whether its logits are differences of normalised ones.
  private let areDifferences: [Bool]
  private let matchKind: (Int32) -> MatchKind
  /// Sees the scores of all tokens at each step, the one behind the last token included; what it throws ends the scoring.
  package var observe: ((Int, UnsafeBufferPointer<Float>) throws -> Void)?
  /// How many steps are computed together: the logits of delta models are held for so many.
  package var blockLength = Int.max
  private var scores: [Float]
  /// For each delta model with a say, its logits at each step of the block [steps × width].
  private var rows: [[Float]]

  /// Puts models together.
  ///
  /// - Parameters:
  ///   - user: The user model.
  ///   - deltas: Delta models; those of a factor 0 are not run.
  ///   - mode: How logits are normalised.
  ///   - policy: What unmatched columns read.
  ///   - matchKind: How a token reaches the first delta model.
  package init(
    user: any LogitSource, deltas: [Delta], mode: ControlMode, policy: UnmatchedPolicy,
    matchKind: @escaping (Int32) -> MatchKind
  ) {
    self.user = user
    self.deltas = deltas
    ranked = user as? any RankedLogitSource
    combiner = ScoreCombiner(mode: mode, policy: policy, terms: deltas.map(\.term))
    combiner.userIsNormalized = ranked != nil
    areDifferences = deltas.map { $0.antiExpert != nil }
    self.matchKind = matchKind
    scores = [Float](repeating: 0, count: user.logitsWidth)
    rows = deltas.map { _ in [] }
  }

  /// Scores a continuation.
  ///
  /// - Parameters:
  ///   - answer: The user model's tokens of the continuation; at least one.
  ///   - end: The token that says it is over; what it scores is kept apart from all else.
  ///   - prompt: Those before it; at least one.
  ///   - histories: For each delta model its history with its own prompt.
  /// - Throws: What the models throw.
  package func score(
    _ answer: [Int32], after prompt: [Int32], histories: [DeltaHistory], end: Int32? = nil
  ) throws -> AnswerScore {
    var result = AnswerScore()
    guard !answer.isEmpty, let last = prompt.last else { return result }
    // The end needs a position more than the answer, which a context that is full has not.
    var hasEnd = end.map { $0 >= 0 && Int($0) < user.logitsWidth } ?? false
    if prompt.count + answer.count > user.contextLength { hasEnd = false }
    let ways = zip(deltas, histories).map { delta, history in
      delta.term.alpha == 0 ? nil : Way(delta, history)
    }
    user.truncate(to: 0)
    try user.extend(Array(prompt.dropLast()))
    let steps = answer.count + (hasEnd ? 1 : 0)
    var first = 0
    while first < steps {
      var count = min(blockLength, steps - first)
      for (index, way) in ways.enumerated() {
        if let way { count = try read(answer, index, way, steps: first..<first + count) }
      }
      var step = 0
      // Behind the prompt, then behind each token.
      let tokens = (first..<first + count).map { $0 == 0 ? last : answer[$0 - 1] }
      try user.extend(tokens, logits: .all) { _, logits in
        if first + step < answer.count {
          try add(answer[first + step], logits, row: step, step: first + step, to: &result)
        } else if let end {
          result.endLogProbability = try combined(Int(end), logits, row: step, step: first + step)
            .logProbability
        }
        step += 1
      }
      // One step fewer than wanted: a model's context has no room for the end.
      first = count < min(blockLength, steps - first) ? steps : first + count
    }
    result.reencodes = ways.reduce(0) { $0 + ($1?.model.reencodes ?? 0) }
    return result
  }

  /// A token's log-probability by the combined scores, and whether no other beats it.
  private func combined(
    _ token: Int, _ logits: UnsafeBufferPointer<Float>, row: Int, step: Int
  ) throws -> (logProbability: Double, isBest: Bool) {
    try scores.withUnsafeMutableBufferPointer { scores in
      withRows(row) {
        combiner.combine(user: logits, deltas: $0, areDifferences: areDifferences, into: scores)
      }
      let all = UnsafeBufferPointer(scores)
      try observe?(step, all)
      let sum = logSumExp(all)
      try check(logits, all, sum, token, step)
      return (Double(all[token]) - Double(sum), !all.contains { $0 > all[token] })
    }
  }

  /// Whether what a source could not tell has no part in the sum that anybody would see.
  ///
  /// - Throws: `ControlError.notScored`.
  private func check(
    _ logits: UnsafeBufferPointer<Float>, _ scores: UnsafeBufferPointer<Float>, _ sum: Float, _ token: Int,
    _ step: Int
  ) throws {
    guard let ranked, ranked.ceiling > -.infinity else { return }
    var share = 0.0
    for column in 0..<logits.count where logits[column] <= ranked.ceiling {
      share += exponential(Double(scores[column]) - Double(sum))
    }
    if share > 1e-6 || logits[token] <= ranked.ceiling { throw ControlError.notScored(step: step) }
  }

  private func add(
    _ token: Int32, _ logits: UnsafeBufferPointer<Float>, row: Int, step: Int, to result: inout AnswerScore
  ) throws {
    let token = Int(token)
    let found = try combined(token, logits, row: row, step: step)
    result.logProbability += found.logProbability
    if found.isBest { result.correct += 1 }
    result.tokens += 1
    switch matchKind(Int32(token)) {
    case .exact: result.exact += 1
    case .unmatched: result.unmatched += 1
    case .prefix, .other: break
    }
  }

  /// The delta models' logits of a step of the block.
  private func withRows(_ step: Int, _ body: ([UnsafeBufferPointer<Float>]) -> Void) {
    func next(_ index: Int, _ found: [UnsafeBufferPointer<Float>]) {
      guard index < deltas.count else { return body(found) }
      let width = deltas[index].model.logitsWidth
      rows[index].withUnsafeBufferPointer { all in
        let row = all.isEmpty ? all : UnsafeBufferPointer(rebasing: all[step * width..<(step + 1) * width])
        next(index + 1, found + [row])
      }
    }
    next(0, [])
  }

  /// A delta model, or a pair, on its way along a continuation.
  private struct Way {
    let model: ContinuationReader
    let antiExpert: ContinuationReader?

    init(_ delta: Delta, _ history: DeltaHistory) {
      model = ContinuationReader(delta.model, history)
      antiExpert = delta.antiExpert.map { ContinuationReader($0, history) }
    }
  }

  /// Takes a delta model, or a pair, along some steps, and keeps its logits.
  ///
  /// - Returns: How many steps there are: one fewer where a context has no room for the one behind the last token.
  private func read(_ answer: [Int32], _ index: Int, _ way: Way, steps: Range<Int>) throws -> Int {
    // Let go of first: the reader makes room for as many.
    rows[index] = []
    var count = try way.model.read(answer, steps: steps)
    rows[index] = way.model.rows
    guard let antiExpert = way.antiExpert else { return count }
    count = min(count, try antiExpert.read(answer, steps: steps))
    let width = deltas[index].model.logitsWidth
    for step in 0..<count {
      let row = step * width..<(step + 1) * width
      let shift = combiner.mode.differenceShift(rows[index][row], antiExpert.rows[row])
      for place in row { rows[index][place] -= antiExpert.rows[place] + shift }
    }
    return count
  }
}
