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
  private let mode: ControlMode
  private let policy: UnmatchedPolicy
  /// The user model where it gives log-probabilities, and cannot always tell all of them.
  private let ranked: (any RankedLogitSource)?
  /// For each delta model whether its logits are differences of normalised ones.
  private let areDifferences: [Bool]
  private let matchKind: (Int32) -> MatchKind
  /// Sees the scores of all tokens at each step, the one behind the last token included; what it throws ends the scoring.
  package var observe: ((Int, UnsafeBufferPointer<Float>) throws -> Void)?
  /// How many steps are computed together: the logits of delta models are held for so many.
  package var blockLength = Int.max
  /// How many threads combine the scores of steps; nothing that is found depends on it.
  package var threads = 1
  /// One for each of these threads, where it was needed.
  private var workers: [StepScores] = []
  /// The prompt of the scoring before, and what the user model had read at its end.
  private var before: (prompt: [Int32], tokens: [Int32])?
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
    (self.mode, self.policy) = (mode, policy)
    areDifferences = deltas.map { $0.antiExpert != nil }
    self.matchKind = matchKind
    rows = deltas.map { _ in [] }
  }

  /// Scores a continuation; of several behind the same prompt the user model reads it once.
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
    try begin(prompt)
    let steps = answer.count + (hasEnd ? 1 : 0)
    var first = 0
    while first < steps {
      var count = min(blockLength, steps - first)
      for (index, way) in ways.enumerated() {
        if let way { count = try read(answer, index, way, steps: first..<first + count) }
      }
      var row = 0
      // Behind the prompt, then behind each token.
      let tokens = (first..<first + count).map { $0 == 0 ? last : answer[$0 - 1] }
      try user.extend(tokens, rowsFrom: 0) { logits in
        let steps = first + row..<first + row + logits.count
        let wanted = steps.map { $0 < answer.count ? answer[$0] : end ?? 0 }
        for (step, found) in zip(steps, try find(wanted, logits, row: row, step: steps.lowerBound)) {
          if step < answer.count {
            add(answer[step], found, to: &result)
          } else {
            result.endLogProbability = found.logProbability
          }
        }
        row += logits.count
      }
      // One step fewer than wanted: a model's context has no room for the end.
      first = count < min(blockLength, steps - first) ? steps : first + count
    }
    before = (prompt, user.tokens)
    result.reencodes = ways.reduce(0) { $0 + ($1?.model.reencodes ?? 0) }
    return result
  }

  /// Brings the user model behind all tokens of a prompt but the last.
  ///
  /// Where the scoring before had the same prompt and nobody has used the model since, its history is cut back: the prompt
  /// was read in the same pieces, so the numbers are the same.
  private func begin(_ prompt: [Int32]) throws {
    let known = before
    before = nil
    if let known, known.prompt == prompt, known.tokens == user.tokens {
      user.truncate(to: prompt.count - 1)
    } else {
      user.truncate(to: 0)
      try user.extend(Array(prompt.dropLast()))
    }
  }

  /// What the combined scores say of the tokens of some steps.
  ///
  /// - Parameters:
  ///   - tokens: The tokens.
  ///   - logits: The user model's logits at the steps.
  ///   - row: The place of the first step in the block.
  ///   - step: Its number.
  private func find(
    _ tokens: [Int32], _ logits: LogitRows, row: Int, step: Int
  ) throws -> [StepScores.Found] {
    // Who observes sees the steps in their order.
    let threads = observe == nil ? max(1, min(threads, tokens.count)) : 1
    while workers.count < threads {
      let combiner = ScoreCombiner(mode: mode, policy: policy, terms: deltas.map(\.term))
      combiner.userIsNormalized = ranked != nil
      workers.append(StepScores(combiner, width: user.logitsWidth, areDifferences: areDifferences))
    }
    var ceiling = ranked?.ceiling
    if ceiling == -.infinity { ceiling = nil }
    return try withRows { all in
      func find(_ index: Int, by worker: StepScores) throws -> StepScores.Found {
        try worker.find(
          Int(tokens[index]), logits[index], all.map { $0.row(row + index) }, ceiling: ceiling,
          step: step + index, observe)
      }
      guard threads > 1 else { return try tokens.indices.map { try find($0, by: workers[0]) } }
      var found = [Result<StepScores.Found, any Error>?](repeating: nil, count: tokens.count)
      found.withUnsafeMutableBufferPointer { buffer in
        // Disjoint writes: a step is one thread's, and so are a worker's buffers.
        nonisolated(unsafe) let (results, body) = (buffer, find)
        let workers = workers
        parallelFor(tokens.count, chunk: 1, threads: threads) { worker, range in
          for index in range { results[index] = Result { try body(index, workers[worker]) } }
        }
      }
      return try found.compactMap { try $0?.get() }
    }
  }

  private func add(_ token: Int32, _ found: StepScores.Found, to result: inout AnswerScore) {
    result.logProbability += found.logProbability
    if found.isBest { result.correct += 1 }
    result.tokens += 1
    switch matchKind(token) {
    case .exact: result.exact += 1
    case .unmatched: result.unmatched += 1
    case .prefix, .other: break
    }
  }

  /// A delta model's logits at the steps of the block; none where it has no say.
  private struct DeltaRows {
    let values: UnsafeBufferPointer<Float>
    let width: Int

    func row(_ step: Int) -> UnsafeBufferPointer<Float> {
      values.isEmpty ? values : UnsafeBufferPointer(rebasing: values[step * width..<(step + 1) * width])
    }
  }

  private func withRows<R>(_ body: ([DeltaRows]) throws -> R) rethrows -> R {
    func next(_ index: Int, _ found: [DeltaRows]) throws -> R {
      guard index < deltas.count else { return try body(found) }
      return try rows[index].withUnsafeBufferPointer {
        try next(index + 1, found + [DeltaRows(values: $0, width: deltas[index].model.logitsWidth)])
      }
    }
    return try next(0, [])
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
      let shift = mode.differenceShift(rows[index][row], antiExpert.rows[row])
      for place in row { rows[index][place] -= antiExpert.rows[place] + shift }
    }
    return count
  }
}
