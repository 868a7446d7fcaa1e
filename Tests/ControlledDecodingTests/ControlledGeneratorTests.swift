import Alignment
import ControlledDecoding
import LanguageModel
import TestSupport
import Testing
import Tokenization
import TokenizerFormats
import Vocabulary

/// Generation with models that are functions of their history, where every step can be done again by hand.
@Suite struct ControlledGeneratorTests {
  let pair: DeltaHistoryTests.Pair
  let user: ScriptedModel
  let delta: ScriptedModel

  init() throws {
    pair = try DeltaHistoryTests.Pair(DeltaHistoryTests.demo[0].0, DeltaHistoryTests.demo[0].1)
    user = .hashing(width: pair.user.description.vocabulary.idLimit, seed: 1)
    delta = .hashing(width: pair.delta.description.vocabulary.idLimit, seed: 2)
  }

  func generator(alpha: Float?, mode: ControlMode = .baseNormalize, policy: UnmatchedPolicy = .zero) throws
    -> ControlledGenerator
  {
    var deltas: [DeltaModel] = []
    var terms: [ScoreCombiner.Term] = []
    if let alpha {
      let history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
      deltas = [try DeltaModel(name: "delta", model: delta, history: history)]
      let columns = try MappedColumns(pair.map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
      terms = [.init(columns: columns, alpha: alpha)]
    }
    let map = pair.map
    return try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4, 5, 6], deltas: deltas,
      combiner: ScoreCombiner(mode: mode, policy: policy, terms: terms), matchKind: { MatchKind($0, in: map) }
    )
  }

  func options(_ count: Int = 60) -> ControlledGenerator.Options {
    var options = ControlledGenerator.Options()
    options.maxTokens = count
    options.traceTop = 3
    return options
  }

  @Test func alphaZeroIsTheUserModelAlone() throws {
    let alone = try generator(alpha: nil).generate(options())
    for policy in UnmatchedPolicy.allCases {
      let steered = try generator(alpha: 0, policy: policy).generate(options())
      #expect(steered.ids == alone.ids && steered.text == alone.text)
    }
    #expect(delta.computed == 0, "a factor of 0 costs nothing")
  }

  /// Every step again: both models from scratch, the rule in double precision, the largest score.
  @Test(arguments: ControlMode.allCases)
  func everyStepIsThatOfTheRule(mode: ControlMode) throws {
    let result = try generator(alpha: 0.8, mode: mode).generate(options())
    var history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
    var changed = 0
    for (index, step) in result.steps.enumerated() {
      let userLogits = try logits(user, [4, 5, 6] + result.ids[..<index])
      let deltaLogits = try logits(delta, history.ids)
      let scores = ScoreCombinerTests.naive(
        userLogits, deltaLogits, pair.map, alpha: Double(Float(0.8)), mode, .zero)
      let best = try #require(scores.indices.max { (scores[$0], -$0) < (scores[$1], -$1) })
      try #require(step.token == Int32(best))
      #expect(abs(Double(step.score) - scores[best]) < 1e-4)
      #expect(step.combinedTop.first?.id == step.token)
      #expect(step.match == MatchKind(step.token, in: pair.map))
      if step.isChanged { changed += 1 }
      _ = try history.append(step.token)
    }
    #expect(result.steps.count == 60 && changed > 5)
  }

  private func logits(_ model: ScriptedModel, _ ids: [Int32]) throws -> [Float] {
    let fresh: ScriptedModel = .hashing(width: model.logitsWidth, seed: model === user ? 1 : 2)
    var result: [Float] = []
    try fresh.extend(ids, logits: .last) { _, values in result = Array(values) }
    return result
  }

  @Test func promptsAreReadOnce() throws {
    let generator = try generator(alpha: 1)
    let first = try generator.generate(options(10))
    let (userCount, deltaCount) = (user.computed, delta.computed)
    let second = try generator.generate(options(10))
    #expect(first.ids == second.ids)
    #expect(user.computed - userCount == 9, "ten tokens, of which the last is not read")
    #expect(delta.computed - deltaCount == second.steps.reduce(0) { $0 + $1.deltaPositions })
  }

  @Test func stopsAtStringsAndTokens() throws {
    let whole = try generator(alpha: 1).generate(options())
    let text = String(decoding: whole.text, as: UTF8.self)
    let middle = String(text.dropFirst(text.count / 2).prefix(3))
    var stopping = options()
    stopping.stops = StopRules(tokens: [], strings: [Array(middle.utf8)])
    var streamed: [UInt8] = []
    let stopped = try generator(alpha: 1).generate(stopping) { _, part in
      streamed += part
      return true
    }
    #expect(stopped.stop == .stopString(middle))
    #expect(whole.text.starts(with: stopped.text) && stopped.text == streamed)
    #expect(!String(decoding: stopped.text, as: UTF8.self).contains(middle))
    var ending = options()
    ending.stops = StopRules(tokens: [whole.ids[5]], strings: [])
    let ended = try generator(alpha: 1).generate(ending)
    let first = try #require(whole.ids.firstIndex(of: whole.ids[5]))
    #expect(ended.stop == .endToken(whole.ids[5]) && ended.ids == Array(whole.ids[..<first]))
  }

  @Test func interruptionKeepsWhatIsThere() throws {
    var count = 0
    let result = try generator(alpha: 1).generate(options()) { _, _ in
      count += 1
      return count < 4
    }
    #expect(result.stop == .interrupted && result.steps.count == 4 && result.ids.count == 4)
  }

  @Test func proxyTuningAddsTheDifference() throws {
    let expert: ScriptedModel = .hashing(width: delta.logitsWidth, seed: 3)
    let history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
    let model = try DeltaModel(name: "pair", model: expert, antiExpert: delta, history: history)
    let columns = try MappedColumns(pair.map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
    let generator = try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4, 5, 6], deltas: [model],
      combiner: ScoreCombiner(mode: .add, policy: .zero, terms: [.init(columns: columns, alpha: 1)]),
      matchKind: { _ in .exact })
    let step = try #require(try generator.generate(options(1)).steps.first)
    let e = try #require(try Self.first(.hashing(width: delta.logitsWidth, seed: 3), [7, 8]))
    let a = try #require(try Self.first(.hashing(width: delta.logitsWidth, seed: 2), [7, 8]))
    let b = try logits(user, [4, 5, 6])
    let scores = ScoreCombinerTests.naive(b, zip(e, a).map { $0 - $1 }, pair.map, alpha: 1, .add, .zero)
    #expect(abs(Double(step.score) - (scores.max() ?? 0)) < 1e-4)
  }

  private static func first(_ model: ScriptedModel, _ ids: [Int32]) throws -> [Float]? {
    var result: [Float]?
    try model.extend(ids, logits: .last) { _, values in result = Array(values) }
    return result
  }

  @Test func whatCannotRunIsRefused() throws {
    var long = options()
    long.maxTokens = 20_000
    #expect(throws: ControlError.contextTooShort(model: "the user model", needed: 20_002, limit: 10_000)) {
      try generator(alpha: 1).generate(long)
    }
    let narrow: ScriptedModel = .hashing(width: 10, seed: 1)
    #expect(throws: ControlError.self) {
      try ControlledGenerator(
        user: narrow, tokenizer: pair.user, prompt: [1], deltas: [],
        combiner: ScoreCombiner(mode: .add, policy: .zero, terms: []), matchKind: { _ in .exact })
    }
    let broken = ScriptedModel(width: user.logitsWidth) { _ in [Float](repeating: .nan, count: 4000) }
    let generator = try ControlledGenerator(
      user: broken, tokenizer: pair.user, prompt: [1], deltas: [],
      combiner: ScoreCombiner(mode: .add, policy: .zero, terms: []), matchKind: { _ in .exact })
    let options = options()
    #expect(throws: ControlError.notANumber(model: "the user model", position: 0)) {
      try generator.generate(options)
    }
  }
}
