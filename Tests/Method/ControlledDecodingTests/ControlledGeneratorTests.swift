import CMCAlignment
import CMCControlledDecoding
import CMCLanguageModel
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

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

  /// A generator with models of its own; without a map the delta shares the user's vocabulary.
  func generator(
    user: ScriptedModel? = nil, pair: DeltaHistoryTests.Pair? = nil, delta: ScriptedModel, map: TokenMap?,
    deltaTokenizer: Tokenizer? = nil, alpha: Float, mode: ControlMode = .baseNormalize,
    policy: UnmatchedPolicy = .zero
  ) throws -> ControlledGenerator {
    let (user, pair) = (user ?? self.user, pair ?? self.pair)
    let history =
      map.map { DeltaHistory(prompt: [7, 8], map: $0, user: pair.user, delta: deltaTokenizer ?? pair.delta) }
      ?? DeltaHistory(prompt: [7, 8])
    let columns =
      try map.map { try MappedColumns($0, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth) }
      ?? MappedColumns(identity: user.logitsWidth, deltaWidth: delta.logitsWidth)
    return try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4, 5, 6],
      deltas: [try DeltaModel(name: "delta", model: delta, history: history)],
      combiner: ScoreCombiner(mode: mode, policy: policy, terms: [.init(columns: columns, alpha: alpha)]),
      matchKind: { MatchKind($0, in: map) })
  }

  @Test(arguments: [ControlMode.add, .normalize, .baseNormalize])
  func aPenaltyIsOnTheUsersLogits(mode: ControlMode) throws {
    var options = ControlledGenerator.Options()
    options.maxTokens = 24
    options.sampling.repetitionPenalty = 1.7
    options.traceTop = 3
    let alone = try generator(alpha: nil).generate(options)
    // By hand: the best of the user's own logits, of which those that occurred are made less likely.
    var seen: Set<Int32> = [4, 5, 6]
    var ids: [Int32] = [4, 5, 6]
    for step in alone.steps {
      var logits = user.logits(ids)
      for id in seen { logits[Int(id)] = logits[Int(id)] < 0 ? logits[Int(id)] * 1.7 : logits[Int(id)] / 1.7 }
      #expect(step.token == logits.withUnsafeBufferPointer(Sampler.best))
      seen.insert(step.token)
      ids.append(step.token)
    }
    #expect(try generator(alpha: 0, mode: mode).generate(options).ids == alone.ids)
    let steered = try generator(alpha: 0.7, mode: mode).generate(options)
    #expect(steered.steps.allSatisfy { $0.score == $0.combinedTop.first?.value })
  }

  private func history() -> DeltaHistory {
    DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
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

  @Test func aBiasIsAddedToScores() throws {
    let plain = try generator(alpha: 0.8).generate(options(1)).steps[0]
    var biased = options(1)
    biased.bias = [plain.token: -100, -1: 5, .max: 5]
    let other = try generator(alpha: 0.8).generate(biased).steps[0]
    #expect(other.token == plain.combinedTop[1].id && other.score == plain.combinedTop[1].value)
    biased.bias = [plain.combinedTop[2].id: 50]
    let third = try generator(alpha: 0.8).generate(biased).steps[0]
    #expect(third.token == plain.combinedTop[2].id && third.score == plain.combinedTop[2].value + 50)
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

  @Test func aDeltaOfZerosChangesNothing() throws {
    let alone = try generator(alpha: nil).generate(options())
    for mode in [ControlMode.add, .baseNormalize] {
      let generator = try self.generator(
        delta: .constant(width: delta.logitsWidth, 0), map: pair.map, alpha: 2, mode: mode)
      #expect(try generator.generate(options()).ids == alone.ids)
    }
  }

  /// A constant changes nothing where tokens without a target get the mean; under zero it lifts all others above them.
  @Test func aConstantDeltaShiftsAllAlike() throws {
    let alone = try generator(alpha: nil).generate(options())
    let constant: ScriptedModel = .constant(width: delta.logitsWidth, 3)
    let mean = try generator(delta: constant, map: pair.map, alpha: 2, policy: .mean)
    #expect(try mean.generate(options()).ids == alone.ids)
    let lifted = try generator(delta: constant, map: pair.map, alpha: 100, policy: .zero)
    let result = try lifted.generate(options())
    #expect(result.steps.allSatisfy { $0.match != .unmatched })
    #expect(alone.steps.contains { MatchKind($0.token, in: pair.map) == .unmatched })
  }

  /// Through a map from a vocabulary to itself the logits are added as they are.
  @Test(arguments: ControlMode.allCases)
  func aMapToItselfIsNoMap(mode: ControlMode) throws {
    let width = user.logitsWidth
    let itself = try TokenMap.aligning(pair.user.description, to: pair.user.description)
    #expect(itself.ids == Array(0..<Int32(itself.count)))
    let mapped = try generator(
      delta: .hashing(width: width, seed: 9), map: itself, deltaTokenizer: pair.user, alpha: 0.7, mode: mode)
    let direct = try generator(delta: .hashing(width: width, seed: 9), map: nil, alpha: 0.7, mode: mode)
    let (one, other) = (try mapped.generate(options()), try direct.generate(options()))
    #expect(one.ids == other.ids && one.steps.map(\.score) == other.steps.map(\.score))
    #expect(one.steps.allSatisfy { !$0.isReencoded && $0.match == .exact })
  }

  @Test func twoDeltasActTogether() throws {
    let second: ScriptedModel = .hashing(width: delta.logitsWidth, seed: 5)
    let columns = try MappedColumns(pair.map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
    let models = try [(delta, "a"), (second, "b")].map { model, name in
      try DeltaModel(name: name, model: model, history: self.history())
    }
    let map = pair.map
    let generator = try ControlledGenerator(
      user: user, tokenizer: pair.user, prompt: [4, 5, 6], deltas: models,
      combiner: ScoreCombiner(
        mode: .add, policy: .zero,
        terms: [.init(columns: columns, alpha: 0.7), .init(columns: columns, alpha: 0.3)]),
      matchKind: { MatchKind($0, in: map) })
    let result = try generator.generate(options(30))
    var history = self.history()
    for (index, step) in result.steps.enumerated() {
      let userLogits = try logits(user, [4, 5, 6] + result.ids[..<index])
      let first = try logits(delta, history.ids)
      let other = try #require(try Self.first(.hashing(width: delta.logitsWidth, seed: 5), history.ids))
      let sum = zip(first, other).map { 0.7 * $0 + 0.3 * $1 }
      let scores = ScoreCombinerTests.naive(userLogits, sum, map, alpha: 1, .add, .zero)
      #expect(abs(Double(step.score) - (scores.max() ?? 0)) < 1e-4)
      _ = try history.append(step.token)
    }
  }

  /// Tokens with several targets: their scores are those of the rule, and the text is encoded anew after them.
  @Test func oneTokenMayHaveSeveralTargets() throws {
    var map = pair.map
    let rows = map.ids.indices.filter { map.methods[$0] == .prefix }
    try #require(rows.count > 10)
    for row in rows {
      let ids = [map.ids[row], (map.ids[row] + 1) % Int32(delta.logitsWidth)]
      let sequence = try #require(
        TargetSequence(ids: ids, weights: [2 / 3, 1 / 3], combination: row % 2 == 0 ? .mean : .max))
      map[row] = MapEntry(sequence, method: .retokenized, distance: map.distances[row])
    }
    let result = try generator(delta: delta, map: map, alpha: 0.8).generate(options())
    var history = DeltaHistory(prompt: [7, 8], map: map, user: pair.user, delta: pair.delta)
    for (index, step) in result.steps.enumerated() {
      let scores = ScoreCombinerTests.naive(
        try logits(user, [4, 5, 6] + result.ids[..<index]), try logits(delta, history.ids), map,
        alpha: Double(Float(0.8)), .baseNormalize, .zero)
      #expect(abs(Double(step.score) - (scores.max() ?? 0)) < 1e-4)
      let isSeveral = map.sequences[step.token] != nil
      #expect(!isSeveral || step.match == .other)
      let change = try history.append(step.token)
      if isSeveral { #expect(change.isReencoded) }
    }
    #expect(result.steps.contains { $0.match == .other })
  }

  /// A long text with tokens that the map places inexactly costs the delta model at most two positions a token.
  @Test(arguments: DeltaHistoryTests.demo)
  func reencodingKeepsMostOfTheHistory(user: String, delta: String) throws {
    #expect(try countReencoded(user, delta) > 5)
  }

  @Test(
    .enabled(if: RealData.has("llama-3/tokenizer.model"), "fetch it with Vocabs/fetch"),
    arguments: DeltaHistoryTests.real)
  func reencodingRealVocabulariesKeepsMostOfTheHistory(user: String, delta: String) throws {
    #expect(try countReencoded(user, delta) > 10)
  }

  /// Follows 512 tokens of text, and gives how many of them had it encoded anew.
  private func countReencoded(_ user: String, _ delta: String) throws -> Int {
    let pair = try DeltaHistoryTests.Pair(user, delta)
    var options = EncodingOptions()
    options.isContinuation = true
    let text = String(repeating: DeltaHistoryTests.text, count: 16)
    let ids = try pair.user.encode(Array(text.utf8), options: options)
    try #require(ids.count >= 512)
    let width = pair.user.description.vocabulary.idLimit
    let generator = try self.generator(
      user: .dictating(ids, width: width, promptCount: 3), pair: pair,
      delta: .hashing(width: pair.delta.description.vocabulary.idLimit, seed: 2), map: pair.map, alpha: 0.5)
    let steps = try generator.generate(self.options(512)).steps
    #expect(steps.map(\.token) == Array(ids[..<512]))
    let positions = steps.reduce(0) { $0 + $1.deltaPositions }
    #expect(Double(positions) / 512 <= 2, "\(positions) positions for 512 tokens")
    return steps.count(where: \.isReencoded)
  }

  @Test func aFullContextIsShiftedOrRefused() throws {
    let width = (user.logitsWidth, delta.logitsWidth)
    let (user, delta): (ScriptedModel, ScriptedModel) = (
      .hashing(width: width.0, seed: 1, contextLength: 40),
      .hashing(width: width.1, seed: 2, contextLength: 30)
    )
    let generator = try self.generator(user: user, pair: pair, delta: delta, map: pair.map, alpha: 0.5)
    #expect(throws: ControlError.contextTooShort(model: "the user model", needed: 102, limit: 40)) {
      try generator.generate(options(100))
    }
    #expect(throws: ControlError.contextTooShort(model: "delta", needed: 36, limit: 30)) {
      try generator.generate(options(35))
    }
    #expect(user.computed == 0 && delta.computed == 0, "refused before anything is computed")
    var shifting = options(100)
    shifting.shiftsContext = true
    let result = try generator.generate(shifting)
    #expect(result.steps.count == 100 && result.stop == .length)
    #expect(user.longest == 40 && delta.longest <= 30)
    #expect(user.tokens.starts(with: [4, 5, 6]) && delta.tokens.starts(with: [7, 8]))
    #expect(result.ids.suffix(10).elementsEqual((user.tokens + [result.ids[99]]).suffix(10)))
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
      try self.generator(alpha: 1).generate(long)
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
