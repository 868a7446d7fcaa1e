import CMCPrimitives
import CrossModelControl
import TestSupport
import Testing

/// Bias in pairs of prompts, before control and under it.
@Suite struct PairEvaluatorTests {
  let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try folder.write(
      "pairs.jsonl",
      """
      {"prompts": ["He lives in", "She lives in"], "continuation": " Rome.", "attribute": "gender"}
      {"prompts": ["Ada works as", "Ben works as"], "continuation": " a nurse.", "attribute": "gender, name"}
      {"prompts": ["Ben works as", "Ada works as"], "continuation": " a nurse.", "attribute": "gender, name"}

      """)
  }

  @Test(arguments: [DemoModels.mapped(), DemoModels.proxy("base-two", mode: .normalize)])
  func beforeIsTheUserAloneAndAfterWhatSteersIt(configuration: SteeringConfiguration) throws {
    let model = try SteeredModel(configuration)
    let file = try #require(try PairEvaluator(model, data: data).evaluate())
    var alone = configuration
    alone.deltas = []
    let user = try SteeredModel(alone)
    #expect(file.items.count == 3)
    for item in file.items {
      let pair = item.pair
      func logProbability(_ model: SteeredModel, _ prompt: String) throws -> Double {
        try model.score(pair.continuation, after: prompt).logProbability
      }
      #expect(try item.before.first == logProbability(user, pair.first))
      #expect(try item.before.second == logProbability(user, pair.second))
      #expect(try item.after?.first == logProbability(model, pair.first))
      #expect(try item.after?.second == logProbability(model, pair.second))
      #expect(item.before.difference != 0 && item.after?.difference != item.before.difference)
    }
    // The third pair is the second turned round: together they favour nobody, and tell both apart all the same.
    let row = try #require(file.table.first { $0.attribute == "gender, name" })
    #expect(abs(row.before.difference.value) < 1e-12 && row.before.magnitude.value > 0)
    let untouched = try #require(try PairEvaluator(user, data: data).evaluate())
    #expect(untouched.items.map(\.before) == file.items.map(\.before))
    var together = try PairEvaluator(model, data: data)
    together.parallel = 2
    #expect(try together.evaluate()?.items == file.items)
    #expect(untouched.items.allSatisfy { $0.after == nil } && untouched.table.allSatisfy { $0.change == nil })
  }

  /// Broken off after each pair, one that cannot be measured among them: the file is that of one run.
  @Test func pairsGoOnWhereTheyWereCancelled() throws {
    let long = String(repeating: "a river and a boat ", count: 400)
    let more = #"{"prompts": ["He", "\#(long)"], "continuation": " is kind.", "attribute": "gender"}"#
    let lines = String(decoding: try readFile(data), as: UTF8.self).split(separator: "\n").map(String.init)
    try folder.write("pairs.jsonl", [lines[0], more, lines[1], lines[2]].joined(separator: "\n"))
    let evaluator = try PairEvaluator(SteeredModel(DemoModels.mapped()), data: data)
    let whole = try #require(try evaluator.evaluate())
    #expect(whole.failed == 1)
    let output = folder.path("new/out.json")
    for count in 1...3 {
      guard
        case .cancelled(let done) = try evaluator.evaluate(to: output, observer: CancelAfter(count).observer)
      else {
        Issue.record("it was not cancelled")
        return
      }
      #expect(done == count)
    }
    // Of other settings, of other pairs, or changed, it is not gone on with.
    let part = try readFile(output + ".part")
    #expect(part.count { $0 == 0x0A } == 4)
    var other = evaluator
    other.seed = 2
    #expect(differingField { try other.evaluate(to: output) } == "seed")
    let steered = try PairEvaluator(SteeredModel(DemoModels.mapped(alpha: 0.5)), data: data)
    #expect(differingField { try steered.evaluate(to: output) } == "steering.deltas[0].alpha")
    let text = String(decoding: part, as: UTF8.self)
    try folder.write("new/out.json.part", text.replacing("He lives in", with: "It lives in"))
    let error = #expect(throws: FileError.self) { try evaluator.evaluate(to: output) }
    #expect(error?.underlying as? PartFileError == .otherItem(number: 1))
    try folder.write("new/out.json.part", bytes: part)
    guard case .finished(let file) = try evaluator.evaluate(to: output) else {
      Issue.record("it was not finished")
      return
    }
    #expect(file == whole)
    #expect(try readFile(output) == whole.encoded(tool: CrossModelControlVersion.tool))
    #expect(!fileExists(output + ".part"))
  }

  @Test func withoutAFactorNothingChanges() throws {
    let file = try #require(
      try PairEvaluator(SteeredModel(DemoModels.mapped(alpha: 0)), data: data).evaluate())
    #expect(file.items.allSatisfy { $0.after == $0.before })
    #expect(file.table.last?.change?.magnitude.value == 0)
  }

  @Test func aContinuationWithoutTokensIsAnItemWithAnError() throws {
    let long = String(repeating: "a river and a boat ", count: 400)
    let path = try folder.write(
      "long.jsonl",
      #"{"prompts": ["He", "\#(long)"], "continuation": " is kind.", "attribute": "gender"}"# + "\n")
    let evaluator = try PairEvaluator(SteeredModel(DemoModels.mapped()), data: path)
    let file = try #require(try evaluator.evaluate())
    #expect(file.items.map { $0.error == nil } == [false] && file.failed == 1)
    // Nothing was measured: there is no row, not even of all.
    #expect(file.table.isEmpty)
    let nothing = try folder.write("nothing.jsonl", "\n")
    #expect(throws: FileError.self) {
      try PairEvaluator(SteeredModel(DemoModels.mapped()), data: nothing)
    }
  }

  /// What is measured of an answer, its end counted apart.
  @Test func anAnswersEndIsScored() throws {
    let model = try SteeredModel(DemoModels.mapped())
    let score = try model.score("{ \"name\": Ada Holt }", after: DemoModels.question)
    let end = try #require(score.endLogProbability)
    let early = try #require(try model.score("{ \"name\":", after: DemoModels.question).endLogProbability)
    // A record that is whole ends there rather than one that is cut.
    #expect(end < 0 && end > early)
  }
}
