internal import CMCLanguageModel
internal import CMCPrimitives

/// What was looked at for one choice.
struct RankedStep {
  /// How far the choice is that of all logits.
  let exactness: Exactness
  /// How many tokens' log-probabilities are known.
  let columns: Int
}

extension ControlledGenerator {
  /// Asks for as many of the user model's log-probabilities as the choice needs, and combines them.
  ///
  /// Afterwards the user model's row and the scores are -∞ where nothing is known: no such token can be chosen.
  ///
  /// - Throws: ``ControlError``, and what asking throws.
  func settle(
    _ source: any RankedLogitSource, _ index: Int, _ options: Options
  ) throws -> RankedStep {
    if options.sampling.repetitionPenalty != 1 { throw ControlError.needsLogits("--repetition-penalty") }
    if combiner.mode == .add { throw ControlError.needsLogits("--mode add") }
    var count = max(source.usualCount, options.traceTop, options.sampling.topK)
    while true {
      let row = try source.ranked(count)
      var isKnown = [Bool](repeating: false, count: row.width)
      fill(row, &isKnown)
      combine(userLogits)
      for (id, value) in options.bias where scores.indices.contains(Int(id)) { scores[Int(id)] += value }
      if let exactness = verdict(row, isKnown, source.restLimit, options) {
        for token in isKnown.indices where !isKnown[token] {
          userLogits[token] = -.infinity
          scores[token] = -.infinity
        }
        return RankedStep(exactness: exactness, columns: row.ids.count)
      }
      if row.isLast || row.ids.count >= row.width {
        throw ControlError.notProved(step: index, columns: row.ids.count, of: row.width)
      }
      count = min(row.width, max(2 * count, row.ids.count))
    }
  }

  private func fill(_ row: RankedLogits, _ isKnown: inout [Bool]) {
    userLogits.withUnsafeMutableBufferPointer { logits in
      logits.update(repeating: row.ceiling)
      for (id, value) in zip(row.ids, row.values) {
        logits[Int(id)] = value
        isKnown[Int(id)] = true
      }
    }
  }

  private func verdict(
    _ row: RankedLogits, _ isKnown: [Bool], _ limit: Double, _ options: Options
  ) -> Exactness? {
    if row.knowsAll { return .full }
    return scores.withUnsafeBufferPointer { scores in
      let proof = RankedProof(scores: scores, isKnown: isKnown, ceiling: row.ceiling, rest: row.rest)
      guard proof.knowsBest, options.traceTop == 0 || proof.knowsBest(options.traceTop) else { return nil }
      return options.sampling.temperature > 0 ? proof.draw(options.sampling, limit: limit) : .proved
    }
  }
}
