import CMCAlignment
import CrossModelControl
import Testing

/// B + α · D or B + α · (E − A), each model read anew at every step and each column by itself: what the combination is,
/// with nothing of how the library computes it.
struct NaiveSteering {
  let user: LoadedModel
  let delta: LoadedModel
  let antiExpert: LanguageModel?
  let map: TokenMap?
  let alpha: Float
  let mode: ControlMode

  /// The parts of a steered model with one delta model.
  init(_ model: SteeredModel) throws {
    user = try #require(model.user.local)
    delta = model.deltas[0].loaded
    antiExpert = try model.configuration.deltas[0].antiExpert.map { try LanguageModel.load($0.argument) }
    map = model.deltas[0].map
    alpha = model.configuration.alpha
    mode = model.configuration.mode
  }

  private static func normalized(_ values: [Float]) -> [Double] {
    let top = Double(values.max() ?? 0)
    let sum = values.reduce(0.0) { $0 + exponential(Double($1) - top) }
    return values.map { Double($0) - top - logarithm(sum) }
  }

  /// The scores after histories of both sides.
  func scores(_ userIDs: [Int32], _ deltaIDs: [Int32]) throws -> [Double] {
    let computing = Computing(threads: 1)
    func row(_ model: LanguageModel, _ ids: [Int32], _ isNormalized: Bool) throws -> [Double] {
      let row = try model.logits(after: ids, computing: computing)
      return isNormalized ? Self.normalized(row) : row.map(Double.init)
    }
    var scores = try row(user.model, userIDs, mode != .add)
    var term = try row(delta.model, deltaIDs, mode == .normalize)
    if let antiExpert {
      term = zip(term, try row(antiExpert, deltaIDs, mode == .normalize)).map { $0 - $1 }
    }
    for column in scores.indices {
      let target = map.map { column < $0.count ? $0.ids[column] : -1 } ?? Int32(column)
      if target >= 0, Int(target) < term.count { scores[column] += Double(alpha) * term[Int(target)] }
    }
    return scores
  }

  /// The log-probability of an answer, token by token, and the best tokens on the way.
  func read(
    _ answer: [Int32], after prompt: [Int32], delta deltaPrompt: [Int32]
  ) throws -> (logProbability: Double, best: [Int32]) {
    var history =
      map.map { DeltaHistory(prompt: deltaPrompt, map: $0, user: user.tokenizer, delta: delta.tokenizer) }
      ?? DeltaHistory(prompt: deltaPrompt)
    var ids = prompt
    var sum = 0.0
    var best: [Int32] = []
    for token in answer {
      let scores = try scores(ids, history.ids)
      let top = scores.max() ?? 0
      sum += scores[Int(token)] - top - logarithm(scores.reduce(0) { $0 + exponential($1 - top) })
      best.append(Int32(scores.firstIndex(of: top) ?? -1))
      ids.append(token)
      _ = try history.append(token)
    }
    return (sum, best)
  }
}
