import CMCAlignment
import CMCControlledDecoding
import CMCLanguageModel
import CMCTokenization
import CMCVocabulary
import Testing

/// Texts of a model that gives its most likely tokens alone are those of the same model with all its logits.
@Suite struct RankedGenerationTests {
  let tests: ControlledGeneratorTests

  init() throws { tests = try ControlledGeneratorTests() }

  /// A generator whose user model gives few tokens, and one whose user model gives all.
  func generators(
    _ usualCount: Int, alpha: Float?, mode: ControlMode = .baseNormalize, policy: UnmatchedPolicy = .zero
  ) throws -> (ranked: ControlledGenerator, model: RankedModel, full: ControlledGenerator) {
    func generator(_ user: any LogitSource) throws -> ControlledGenerator {
      let pair = tests.pair
      var deltas: [DeltaModel] = []
      var terms: [ScoreCombiner.Term] = []
      if let alpha {
        let delta = ScriptedModel.hashing(width: pair.delta.description.vocabulary.idLimit, seed: 2)
        let history = DeltaHistory(prompt: [7, 8], map: pair.map, user: pair.user, delta: pair.delta)
        deltas = [try DeltaModel(name: "delta", model: delta, history: history)]
        let columns = try MappedColumns(pair.map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
        terms = [.init(columns: columns, alpha: alpha)]
      }
      return try ControlledGenerator(
        user: user, tokenizer: pair.user, prompt: [4, 5, 6], deltas: deltas,
        combiner: ScoreCombiner(mode: mode, policy: policy, terms: terms), matchKind: { _ in .exact })
    }
    // Its log-probabilities are the logits, so that both compute with the same numbers.
    let width = tests.user.logitsWidth
    func normalized() -> ScriptedModel {
      let model = ScriptedModel.hashing(width: width, seed: 1)
      return ScriptedModel(width: width) { RankedModel.logProbabilities(model.logits($0).map { $0 * 3 }) }
    }
    let model = RankedModel(normalized(), usualCount: usualCount)
    let all = RankedModel(normalized(), usualCount: width)
    return (try generator(model), model, try generator(all))
  }

  @Test(arguments: [nil, Float(0), 0.3, 1, 2.5], [UnmatchedPolicy.zero, .mean, .min, .mask])
  func greedyTextsAreThoseOfAllLogits(alpha: Float?, policy: UnmatchedPolicy) throws {
    for mode in [ControlMode.normalize, .baseNormalize] {
      let (ranked, model, full) = try generators(4, alpha: alpha, mode: mode, policy: policy)
      var options = ControlledGenerator.Options()
      options.maxTokens = 40
      let (one, other) = (try ranked.generate(options), try full.generate(options))
      #expect(one.ids == other.ids && one.steps.map(\.score) == other.steps.map(\.score))
      #expect(one.steps.map(\.isChanged) == other.steps.map(\.isChanged))
      #expect(one.steps.map(\.userLogProbability) == other.steps.map(\.userLogProbability))
      #expect(other.exactness == .full)
      if alpha ?? 0 == 0 { #expect(one.exactness == .proved && model.asked.allSatisfy { $0 == 4 }) }
      // Each step begins with four and doubles.
      #expect(model.asked.allSatisfy { asked in asked == model.logitsWidth || asked & (asked - 1) == 0 })
      // The same generator begins anew.
      #expect(try ranked.generate(options).ids == one.ids)
    }
  }

  @Test func drawnTextsAreThoseOfAllLogitsWhereThatIsProved() throws {
    for (topK, topP, minP) in [(5, Float(1), Float(0)), (0, 0.7, 0), (0, 1, 0.2), (3, 0.9, 0)] {
      let (ranked, _, full) = try generators(8, alpha: 0.4)
      var options = ControlledGenerator.Options()
      options.maxTokens = 40
      options.sampling.temperature = 0.8
      (options.sampling.topK, options.sampling.topP, options.sampling.minP) = (topK, topP, minP)
      for seed in 0..<3 as Range<UInt64> {
        options.sampling.seed = seed
        let one = try ranked.generate(options)
        #expect(try one.ids == full.generate(options).ids)
        #expect(one.exactness?.bound == 0)
      }
    }
  }

  @Test func aDrawFromAllIsBounded() throws {
    let (ranked, model, _) = try generators(8, alpha: 0.4)
    model.restLimit = 0.05
    var options = ControlledGenerator.Options()
    options.maxTokens = 30
    options.sampling.temperature = 1
    let result = try ranked.generate(options)
    #expect(result.steps.allSatisfy { ($0.exactness?.bound ?? 1) <= 0.05 })
    #expect(result.steps.contains { ($0.exactness?.bound ?? 0) > 0 } && result.exactness?.name == "bounded")
    model.restLimit = 0
    #expect(try ranked.generate(options).exactness?.bound == 0)
  }

  @Test func theListsOfATraceAreProvedToo() throws {
    let (ranked, _, full) = try generators(4, alpha: 0.5)
    var options = ControlledGenerator.Options()
    options.maxTokens = 20
    options.traceTop = 7
    let (one, other) = (try ranked.generate(options), try full.generate(options))
    #expect(one.steps.map(\.combinedTop) == other.steps.map(\.combinedTop))
    #expect(one.steps.map(\.userTop) == other.steps.map(\.userTop))
  }

  @Test func whatCannotBeProvedIsRefused() throws {
    let (ranked, model, _) = try generators(4, alpha: 3)
    model.most = 4
    #expect(throws: ControlError.self) { try ranked.generate(ControlledGenerator.Options()) }
    var options = ControlledGenerator.Options()
    options.sampling.repetitionPenalty = 1.2
    let (plain, _, _) = try generators(4, alpha: nil)
    #expect(throws: ControlError.needsLogits("--repetition-penalty")) { try plain.generate(options) }
    let (adding, _, _) = try generators(4, alpha: 1, mode: .add)
    #expect(throws: ControlError.needsLogits("--mode add")) {
      try adding.generate(ControlledGenerator.Options())
    }
  }

  @Test func anAnswerThatCannotBeUsedEndsTheTextWithWhatWasReceived() throws {
    let (ranked, model, full) = try generators(4, alpha: nil)
    model.failsAt = 5
    var options = ControlledGenerator.Options()
    options.maxTokens = 40
    var received: [UInt8] = []
    let result = try ranked.generate(options) { _, text in
      received += text
      return true
    }
    #expect(result.stop == .failed("garbage") && result.stop.failure == "garbage" && result.ids.count == 5)
    #expect(received == result.text)
    #expect(try full.generate(options).ids.prefix(5) == result.ids[...])
  }
}
