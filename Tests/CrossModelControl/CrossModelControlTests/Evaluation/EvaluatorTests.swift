import CMCFastJSON
import CrossModelControl
import TestSupport
import Testing

/// Evaluations of steered models, pairs included, and going on with them.
@Suite struct EvaluatorTests {
  let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.write(
      "records.jsonl",
      """
      {"prompt": "Who lives in Rome?", "response": "Ada Holt", "paraphrased_answer": "It is Ada Holt.", \
      "perturbed_answer": ["Ben Holt", "Ada Lund"]}
      {"prompt": "Where does Ada live?", "response": "Rome"}

      {"text": "Ada Holt lives in Rome."}
      {"prompt": "And Ben?", "response": "Nobody knows."}

      """)
  }

  private func evaluator(_ configuration: SteeringConfiguration) throws -> Evaluator {
    var evaluator = try Evaluator(try SteeredModel(configuration), data: data)
    evaluator.maxTokens = 8
    return evaluator
  }

  /// Every item is what scoring and generating give, for a pair as for one delta model.
  @Test(arguments: [DemoModels.mapped(), DemoModels.proxy("base-two", mode: .normalize)])
  func itemsAreScoresAndAnswers(configuration: SteeringConfiguration) throws {
    let model = try SteeredModel(configuration)
    let evaluator = try evaluator(configuration)
    let file = try evaluator.evaluate()
    #expect(file.items.count == 4 && evaluator.records.count == 4 && file.data == data)
    for (item, record) in zip(file.items, evaluator.records) {
      #expect(try item.score == model.score(record.answer, after: record.prompt))
      guard let prompt = record.prompt else {
        #expect(item.generated == nil)
        continue
      }
      let answer = try model.generate(prompt, DemoModels.short(8))
      #expect(item.generated == String(decoding: answer.text, as: UTF8.self))
      #expect(item.isEnded == (answer.stop != .length))
    }
    let first = file.items[0]
    #expect(
      try first.paraphraseProbability
        == model.score("It is Ada Holt.", after: "Who lives in Rome?").probability)
    #expect(first.perturbedProbabilities.count == 2 && first.truthRatio != nil)
    #expect(file.generatedTokens > 0 && file.seconds > 0)
    #expect(
      file.system
        == (configuration.deltas[0].antiExpert == nil
          ? "base-two + 1.0 · delta-a (base-normalize, zero)"
          : "base-two + 0.75 · (a-one − base-one) (normalize, zero)"))
  }

  /// The file without what it cost, which no two runs share.
  private func result(_ file: EvaluationFile) -> [UInt8] {
    var file = file
    (file.seconds, file.generationSeconds, file.peakMemory) = (0, 0, 0)
    return file.encoded(tool: "cmc")
  }

  @Test(arguments: [2, 5])
  func recordsMeasuredTogetherAreThoseAlone(parallel: Int) throws {
    for configuration in [DemoModels.mapped(), DemoModels.proxy("base-two", mode: .normalize)] {
      let alone = try evaluator(configuration)
      var together = alone
      together.parallel = parallel
      #expect(try result(together.evaluate()) == result(alone.evaluate()))
      let output = folder.path("together.json")
      guard case .finished(let file) = try together.evaluate(to: output) else {
        Issue.record("it was not finished")
        return
      }
      #expect(try result(file) == result(alone.evaluate()))
      // The time of all is shared among them.
      #expect(file.generationSeconds > 0 && file.generationSeconds <= file.seconds)
    }
  }

  @Test func anEvaluationGoesOnWhereItWasCancelled() throws {
    let output = folder.path("out.json")
    let evaluator = try evaluator(DemoModels.mapped())
    let whole = try evaluator.evaluate()
    for count in 1...3 {
      guard
        case .cancelled(let done) = try evaluator.evaluate(to: output, observer: CancelAfter(count).observer)
      else {
        Issue.record("it was not cancelled")
        return
      }
      #expect(done == count)
    }
    let part = try readFile(output + ".part")
    #expect(part.count { $0 == 0x0A } == 4)
    guard case .finished(let file) = try evaluator.evaluate(to: output) else {
      Issue.record("it was not finished")
      return
    }
    #expect(result(file) == result(whole) && file.generatedTokens == whole.generatedTokens)
    #expect(try EvaluationFile.readItems(output) == whole.items)
    #expect(try namesIn(folder) == ["out.json", "records.jsonl"])
  }

  @Test func otherSettingsAndDamageAreRefused() throws {
    let output = folder.path("out.json")
    _ = try evaluator(DemoModels.mapped()).evaluate(to: output, observer: CancelAfter(1).observer)
    func refusal(alpha: Float = 1, _ change: (inout Evaluator) -> Void) throws -> String? {
      var other = try evaluator(DemoModels.mapped(alpha: alpha))
      change(&other)
      return differingField { try other.evaluate(to: output) }
    }
    #expect(try refusal { $0.maxTokens = 9 } == "max_tokens")
    #expect(try refusal { $0.seed = 2 } == "seed")
    #expect(try refusal(alpha: 0.5) { _ in } == "steering.deltas[0].alpha")
    let records = try readFile(data)
    try folder.write("records.jsonl", bytes: records + Array("\n\n".utf8))
    #expect(try refusal { _ in } == "data")
    try folder.write("records.jsonl", bytes: records)
    let part = try readFile(output + ".part")
    try folder.write("out.json.part", bytes: part + Array("{}\n".utf8))
    let same = try evaluator(DemoModels.mapped())
    let error = #expect(throws: FileError.self) { try same.evaluate(to: output) }
    #expect(error?.underlying as? PartFileError == .otherItem(number: 2))
  }
}
