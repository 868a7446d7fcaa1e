import CMCAlignment
import CMCControlledDecoding
import CMCEvaluation
import CMCLanguageModel
import CMCPrimitives
import CMCTokenization
import CMCVocabulary
import Testing

/// A model that gives all rows that are wanted at once.
private final class RowsModel: LogitSource {
  private let model: ScriptedModel
  var logitsWidth: Int { model.logitsWidth }
  var vocabularySize: Int { model.vocabularySize }
  var contextLength: Int { model.contextLength }
  var tokens: [Int32] { model.tokens }

  init(_ model: ScriptedModel) { self.model = model }

  func extend(
    _ ids: [Int32], logits: LogitPositions, _ receive: (Int, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    try model.extend(ids, logits: logits, receive)
  }

  func extend(_ ids: [Int32], rowsFrom first: Int, _ receive: (LogitRows) throws -> Void) throws {
    let start = tokens.count + first
    var rows: [Float] = []
    try extend(ids, logits: .all) { if $0 >= start { rows += $1 } }
    try rows.withUnsafeBufferPointer { try receive(LogitRows(first: start, values: $0, width: logitsWidth)) }
  }

  func truncate(to count: Int) { model.truncate(to: count) }
}

/// Scoring a text at once against generating it step by step, with models whose logits depend on their whole history.
@Suite struct AnswerScorerTests {
  @Test(arguments: [ControlMode.baseNormalize, .normalize, .add], [Float(1), 0.5, 0])
  func scoringIsWhatGeneratingWouldGive(mode: ControlMode, alpha: Float) throws {
    for (first, second) in DeltaHistoryTests.demo {
      let pair = try DeltaHistoryTests.Pair(first, second)
      let user = ScriptedModel.hashing(width: pair.user.description.vocabulary.idLimit, seed: 1)
      let delta = ScriptedModel.hashing(width: pair.delta.description.vocabulary.idLimit, seed: 2)
      let map = pair.map
      func history() -> DeltaHistory {
        DeltaHistory(prompt: [7, 8], map: map, user: pair.user, delta: pair.delta)
      }
      let columns = try MappedColumns(map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
      let term = ScoreCombiner.Term(columns: columns, alpha: alpha)
      let generator = try ControlledGenerator(
        user: user, tokenizer: pair.user, prompt: [4, 5, 6],
        deltas: [try DeltaModel(name: "delta", model: delta, history: history())],
        combiner: ScoreCombiner(mode: mode, policy: .zero, terms: [term]),
        matchKind: { MatchKind($0, in: map) })
      var scores: [[Float]] = []
      generator.observe = { _, _, all in scores.append(Array(all)) }
      var options = ControlledGenerator.Options()
      options.maxTokens = 60
      let text = try generator.generate(options)
      var wanted = 0.0
      for (row, id) in zip(scores, text.ids) {
        wanted += Double(row[Int(id)]) - Double(row.withUnsafeBufferPointer(logSumExp))
      }
      let scorer = AnswerScorer(
        user: user, deltas: [.init(model: delta, term: term)], mode: mode, policy: .zero,
        matchKind: { MatchKind($0, in: map) })
      // Twice: what the first left in the models must not matter.
      for _ in 0..<2 {
        let score = try scorer.score(text.ids, after: [4, 5, 6], histories: [history()])
        #expect(abs(score.logProbability - wanted) < 1e-3, "\(first) → \(second)")
        #expect(score.tokens == 60 && score.correct == 60)
        #expect(score.unmatched == text.steps.count { $0.match == .unmatched })
        #expect(score.exact == text.steps.count { $0.match == .exact })
        // The step after the last token is not scored.
        if alpha != 0 { #expect(score.reencodes == text.steps.dropLast().count { $0.isReencoded }) }
      }
      // The end is what a token more would score, and changes nothing else.
      let end: Int32 = 9
      let whole = try scorer.score(text.ids + [end], after: [4, 5, 6], histories: [history()])
      var ended = try scorer.score(text.ids, after: [4, 5, 6], histories: [history()], end: end)
      let part = try #require(ended.endLogProbability)
      #expect(abs(whole.logProbability - wanted - part) < 1e-3 && part < 0)
      // Several answers behind one prompt: it is read once, unless somebody else has used the model.
      let before = user.computed
      for answer in [text.ids, Array(text.ids.prefix(7))] {
        _ = try scorer.score(answer, after: [4, 5, 6], histories: [history()])
      }
      #expect(user.computed - before == text.ids.count + 7, "the prompt's first two tokens are there already")
      let first = try scorer.score(text.ids, after: [4, 5, 6], histories: [history()])
      user.truncate(to: 1)
      #expect(try scorer.score(text.ids, after: [4, 5, 6], histories: [history()]) == first)
      let other = try scorer.score(text.ids, after: [4, 5], histories: [history()])
      #expect(
        try scorer.score(text.ids, after: [4, 5, 6], histories: [history()]) == first && other != first)
      // In blocks of whatever length it is the same, bit for bit.
      for length in [1, 2, 7, 59, 60, 61] {
        scorer.blockLength = length
        var seen: [Int] = []
        scorer.observe = { step, _ in seen.append(step) }
        #expect(
          try ended == scorer.score(text.ids, after: [4, 5, 6], histories: [history()], end: end), "\(length)"
        )
        #expect(seen == Array(0...60))
      }
      (scorer.blockLength, scorer.observe) = (.max, nil)
      // Rows that come together go to several threads, and give what they give one by one.
      for threads in [1, 2, 5] {
        let together = AnswerScorer(
          user: RowsModel(user), deltas: [.init(model: RowsModel(delta), term: term)], mode: mode,
          policy: .zero, matchKind: { MatchKind($0, in: map) })
        together.threads = threads
        for length in [7, .max] {
          together.blockLength = length
          #expect(
            try ended == together.score(text.ids, after: [4, 5, 6], histories: [history()], end: end))
        }
      }
      ended.endLogProbability = nil
      #expect(try ended == scorer.score(text.ids, after: [4, 5, 6], histories: [history()]))
    }
  }
}
