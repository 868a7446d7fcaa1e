import CMCTokenizerFormats
import CrossModelControl
import Testing

/// A steered model against the parts it is made of.
@Suite struct SteeredModelTests {
  /// Everything by hand, as the command line put it together before there was a façade.
  @Test func generatingIsTheCompositionOfItsParts() throws {
    let model = try SteeredModel(DemoModels.mapped())
    let result = try model.generate(DemoModels.question, DemoModels.short())
    let (userPath, deltaPath) = (DemoModels.path("base-two"), DemoModels.path("delta-a"))
    let user = try LanguageModel.load(userPath)
    let delta = try LanguageModel.load(deltaPath)
    let tokenizer = try Tokenizer(try TokenizerLoader.load(userPath))
    let deltaTokenizer = try Tokenizer(try TokenizerLoader.load(deltaPath))
    let map = try TokenMap.aligning(tokenizer.description, to: deltaTokenizer.description)
    func prompt(_ template: String, _ tokenizer: Tokenizer) throws -> [Int32] {
      let template = try TemplateArgument.load(DemoModels.path(template), tokenizer.description)
      return try tokenizer.encode(
        prompt: template.parts(DemoModels.question, parsesSpecial: false),
        addsBeginning: template.takesBeginning)
    }
    let history = DeltaHistory(
      prompt: try prompt("one.template", deltaTokenizer), map: map, user: tokenizer, delta: deltaTokenizer)
    let columns = try MappedColumns(map, userWidth: user.logitsWidth, deltaWidth: delta.logitsWidth)
    let generator = try ControlledGenerator(
      user: LanguageModelSession(user, threads: 1), tokenizer: tokenizer,
      prompt: try prompt("two.template", tokenizer),
      deltas: [
        try DeltaModel(name: "", model: LanguageModelSession(delta, threads: 1), history: history)
      ],
      combiner: ScoreCombiner(
        mode: .baseNormalize, policy: .zero, terms: [ScoreCombiner.Term(columns: columns, alpha: 1)]),
      matchKind: { MatchKind($0, in: map) })
    var options = ControlledGenerator.Options()
    options.maxTokens = 24
    options.stops = StopRules(
      user: tokenizer.description, deltas: [(deltaTokenizer.description, map)])
    let wanted = try generator.generate(options)
    #expect(result.ids == wanted.ids && result.text == wanted.text && result.stop == wanted.stop)
    #expect(result.steps.map(\.score) == wanted.steps.map(\.score))
    #expect(result.steps.map(\.deltaTerm) == wanted.steps.map(\.deltaTerm))
    #expect(result.steps.contains { $0.deltaTerm != 0 })
  }

  /// The factor, the delta model and the silence of the user each change the text; loaded models do not.
  @Test func theConfigurationDecides() throws {
    func ids(_ configuration: SteeringConfiguration) throws -> [Int32] {
      try SteeredModel(configuration).generate(DemoModels.question, DemoModels.short()).ids
    }
    let steered = try ids(DemoModels.mapped())
    var alone = DemoModels.mapped()
    alone.deltas = []
    #expect(try ids(alone) == ids(DemoModels.mapped(alpha: 0)))
    #expect(try ids(alone) != steered)
    var own = DemoModels.mapped(alpha: 0)
    own.deltas[0].alpha = 1
    #expect(try ids(own) == steered)
    var silent = DemoModels.mapped()
    silent.userVoice = .isSilent
    #expect(try ids(silent) != ids(alone))
    var loaded = DemoModels.mapped()
    loaded.user = .loaded(try LoadedModel(DemoModels.path("base-two")))
    loaded.deltas[0].model = .loaded(try LoadedModel(DemoModels.path("delta-a")))
    loaded.deltas[0].map = .map(
      try PairAlignment(DemoModels.path("base-two"), DemoModels.path("delta-a")).map)
    #expect(try ids(loaded) == steered)
  }

  @Test func aSweepIsManyGenerations() throws {
    let sweep = try SteeredModel(DemoModels.mapped()).sweep(
      DemoModels.question, alphas: [0, 0.5, 1], DemoModels.short())
    #expect(sweep.points.count == 3 && sweep.user == "base-two" && sweep.deltas == ["delta-a"])
    for point in sweep.points {
      let one = try SteeredModel(DemoModels.mapped(alpha: Float(point.alpha))).generate(
        DemoModels.question, DemoModels.short())
      #expect(point == SweepSummary.Point(alpha: Float(point.alpha), one))
    }
    let together = try SteeredModel(DemoModels.mapped()).sweep(
      Conversation(DemoModels.question), alphas: [0, 0.5, 1], DemoModels.short(), parallel: 3)
    #expect(together.points == sweep.points)
    #expect(sweep.points[0].changedShare == 0 && sweep.points[2].changedShare > 0)
    let cut = try SteeredModel(DemoModels.mapped()).sweep(
      DemoModels.question, alphas: [0, 0.5, 1], DemoModels.short(), observer: CancelAfter(2).observer)
    #expect(cut.points == Array(sweep.points.prefix(2)))
  }

  /// The demonstration's map holds; the same map with its targets moved by one row does not.
  @Test func verifyingTellsAMapFromABrokenOne() throws {
    var options = VerificationOptions()
    options.prompts = [DemoModels.question]
    options.maxTokens = 8
    options.thresholds.massFailure = 1
    let good = try SteeredModel(DemoModels.mapped())
    #expect(try good.verify(options).outcome != .failed)
    var configuration = DemoModels.mapped()
    var map = try #require(good.deltas[0].map)
    let rows = map.ids.indices.filter { map.ids[$0] >= 0 }
    let targets = rows.map { map.ids[$0] }
    for (row, target) in zip(rows, targets.dropFirst() + targets.prefix(1)) { map[row].place(at: target) }
    configuration.deltas[0].map = .map(map)
    #expect(try SteeredModel(configuration).verify(options).outcome == .failed)
    configuration.deltas = []
    #expect(throws: SteeringError.notOneDelta(count: 0)) { try SteeredModel(configuration).verify(options) }
  }

  /// Scores of pairs are those of B + α(E − A), within one vocabulary and through a map, in every mode.
  @Test(arguments: ["base-one", "base-two"], ControlMode.allCases)
  func proxyTuningIsScoredAsItGenerates(user: String, mode: ControlMode) throws {
    let model = try SteeredModel(DemoModels.proxy(user, mode: mode))
    let naive = try NaiveSteering(model)
    let result = try model.generate(DemoModels.question, DemoModels.short(10))
    let prompt = try model.userPrompt(DemoModels.question)
    let deltaPrompt = try model.deltaPrompt(DemoModels.question, model.deltas[0])
    #expect(!result.ids.isEmpty)
    #expect(try naive.read(result.ids, after: prompt, delta: deltaPrompt).best == result.ids)
    let answer = " Ada Holt, of Rome"
    var options = EncodingOptions()
    options.isContinuation = true
    let ids = try model.tokenizer.encode(answer, options: options)
    let wanted = try naive.read(ids, after: prompt, delta: deltaPrompt)
    let score = try model.score(answer, after: DemoModels.question)
    #expect(score.tokens == ids.count)
    #expect(abs(score.logProbability - wanted.logProbability) < 1e-3)
    #expect(score.correct == zip(wanted.best, ids).count { $0 == $1 })
    // The pair must have a say, well above the tolerance, or nothing was shown.
    var alone = model.configuration
    alone.deltas = []
    let unsteered = try SteeredModel(alone).score(answer, after: DemoModels.question)
    #expect(abs(unsteered.logProbability - score.logProbability) > 0.02)
  }

  @Test func modelsOfAPairHaveOneVocabulary() {
    var configuration = DemoModels.proxy("base-one", mode: .add)
    configuration.deltas[0].antiExpert = .path(DemoModels.path("base-two"))
    let error = #expect(throws: (any Error).self) { try SteeredModel(configuration) }
    #expect(String(describing: error).contains("the anti-expert base-two"), "\(String(describing: error))")
  }
}
