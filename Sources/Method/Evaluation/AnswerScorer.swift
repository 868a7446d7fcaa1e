internal import CMCAlignment
package import CMCControlledDecoding
package import CMCLanguageModel
internal import CMCPrimitives

/// How likely a user model, steered or not, finds a given continuation.
///
/// All positions of the continuation are computed together; a delta model's history is cut back only where its tokens
/// change with the text.
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
  /// For each delta model whether its logits are differences of normalised ones.
  private let areDifferences: [Bool]
  private let matchKind: (Int32) -> MatchKind
  /// Sees the scores of all tokens at each step, the one behind the last token included; what it throws ends the scoring.
  package var observe: ((Int, UnsafeBufferPointer<Float>) throws -> Void)?
  private var scores: [Float]
  /// For each delta model with a say, its logits at each step [steps × width].
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
    combiner = ScoreCombiner(mode: mode, policy: policy, terms: deltas.map(\.term))
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
    for index in deltas.indices where deltas[index].term.alpha != 0 {
      let found = try read(answer, index, histories[index], withEnd: hasEnd)
      result.reencodes += found.reencodes
      if !found.hasEnd { hasEnd = false }
    }
    user.truncate(to: 0)
    try user.extend(Array(prompt.dropLast()))
    var step = 0
    try user.extend([last] + (hasEnd ? answer : answer.dropLast()), logits: .all) { _, logits in
      if step < answer.count {
        try add(answer[step], logits, step: step, to: &result)
      } else if let end {
        result.endLogProbability = try combined(Int(end), logits, step: step).logProbability
      }
      step += 1
    }
    return result
  }

  /// A token's log-probability by the combined scores, and whether no other beats it.
  private func combined(
    _ token: Int, _ logits: UnsafeBufferPointer<Float>, step: Int
  ) throws -> (logProbability: Double, isBest: Bool) {
    try scores.withUnsafeMutableBufferPointer { scores in
      withRows(step) {
        combiner.combine(user: logits, deltas: $0, areDifferences: areDifferences, into: scores)
      }
      let all = UnsafeBufferPointer(scores)
      try observe?(step, all)
      return (Double(all[token]) - Double(logSumExp(all)), !all.contains { $0 > all[token] })
    }
  }

  private func add(
    _ token: Int32, _ logits: UnsafeBufferPointer<Float>, step: Int, to result: inout AnswerScore
  ) throws {
    let token = Int(token)
    let found = try combined(token, logits, step: step)
    result.logProbability += found.logProbability
    if found.isBest { result.correct += 1 }
    result.tokens += 1
    switch matchKind(Int32(token)) {
    case .exact: result.exact += 1
    case .unmatched: result.unmatched += 1
    case .prefix, .other: break
    }
  }

  /// The delta models' logits of a step.
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

  /// What reading a continuation told.
  private struct Reading {
    /// How often the text was encoded anew before one of the continuation's tokens.
    var reencodes = 0
    /// Whether the row behind the last token is there.
    var hasEnd = false
  }

  /// Runs a delta model, or a pair, along the continuation.
  ///
  /// - Parameter withEnd: Whether the logits behind the last token are wanted too.
  private func read(
    _ answer: [Int32], _ index: Int, _ start: DeltaHistory, withEnd: Bool
  ) throws -> Reading {
    let delta = deltas[index]
    var reading = try read(answer, delta.model, start, withEnd: withEnd, into: &rows[index])
    guard let antiExpert = delta.antiExpert else { return reading }
    var others: [Float] = []
    reading.hasEnd =
      try read(answer, antiExpert, start, withEnd: reading.hasEnd, into: &others).hasEnd && reading.hasEnd
    let width = delta.model.logitsWidth
    for step in 0..<answer.count + (reading.hasEnd ? 1 : 0) {
      let row = step * width..<(step + 1) * width
      let shift = combiner.mode.differenceShift(rows[index][row], others[row])
      for place in row { rows[index][place] -= others[place] + shift }
    }
    return reading
  }

  /// Runs one model along the continuation.
  ///
  /// - Parameters:
  ///   - withEnd: Whether the step behind the last token is wanted, if the model's context has room for it.
  ///   - rows: Becomes its logits at each step.
  private func read(
    _ answer: [Int32], _ model: any LogitSource, _ start: DeltaHistory, withEnd: Bool,
    into rows: inout [Float]
  ) throws -> Reading {
    let width = model.logitsWidth
    rows = [Float](repeating: 0, count: (answer.count + (withEnd ? 1 : 0)) * width)
    var history = start
    var reading = Reading()
    // Tokens that the model has not read yet, and the steps that want the logits after some of them.
    var pending = history.ids
    var first = 0
    var wanted: [(position: Int, step: Int)] = [(pending.count - 1, 0)]
    model.truncate(to: 0)
    func flush() throws {
      var next = wanted[...]
      try model.extend(pending, logits: .all) { position, logits in
        while let one = next.first, one.position == position {
          rows.replaceSubrange(one.step * width..<(one.step + 1) * width, with: logits)
          next = next.dropFirst()
        }
      }
      first += pending.count
      pending = []
      wanted = []
    }
    for step in 1..<answer.count + (withEnd ? 1 : 0) {
      let before = history.ids.count
      let change = try history.append(answer[step - 1])
      if step == answer.count {
        guard history.ids.count <= model.contextLength else { break }
        reading.hasEnd = true
      } else if change.isReencoded {
        reading.reencodes += 1
      }
      // A history that only became shorter has no new position: its last one is read again.
      let kept = change.added.isEmpty && change.kept < before ? change.kept - 1 : change.kept
      if kept < before {
        try flush()
        model.truncate(to: kept)
        first = kept
      }
      let new = history.ids[(first + pending.count)...]
      pending += new
      if pending.isEmpty {
        // Nothing changed: the logits are those of the step before.
        let row = Array(rows[(step - 1) * width..<step * width])
        rows.replaceSubrange(step * width..<(step + 1) * width, with: row)
      } else {
        wanted.append((history.ids.count - 1, step))
      }
    }
    if !pending.isEmpty { try flush() }
    return reading
  }
}
