import CMCPrimitives
import Synchronization
import TestSupport
import Testing

@testable import CrossModelControl

/// Texts written together are those written one after the other.
@Suite struct ParallelBatchTests {
  /// Texts of one user with every kind of delta, of random lengths, seeds, penalties and stops, some of them cut short.
  @Test(arguments: [2, 7])
  func randomTextsEqualThoseAlone(parallel: Int) throws {
    let configurations = [DemoModels.mapped(), DemoModels.proxy("base-two", mode: .normalize)]
    for configuration in configurations {
      let model = try SteeredModel(configuration)
      let texts = 100
      let found = Mutex<[Int: GenerationResult]>([:])
      let running = model.batchedGenerator(parallel: parallel).begin(count: texts) { index, sources in
        let result = try? Self.write(model, index, SteeringSessions(model, sources))
        found.withLock { $0[index] = result }
        return true
      }
      running.wait()
      var reencoded = 0
      for index in 0..<texts {
        let alone = try model.withSessions { try Self.write(model, index, $0) }
        let together = try #require(found.withLock { $0[index] })
        #expect(together.ids == alone.ids && together.text == alone.text && together.stop == alone.stop)
        #expect(together.steps.map(\.score) == alone.steps.map(\.score), "bit for bit")
        #expect(together.steps.map(\.userLogProbability) == alone.steps.map(\.userLogProbability))
        reencoded += alone.steps.count(where: \.isReencoded)
      }
      #expect(reencoded > 50, "histories that are encoded anew take part")
    }
  }

  private static func write(
    _ model: SteeredModel, _ index: Int, _ sessions: SteeringSessions
  ) throws -> GenerationResult {
    var random = SeededGenerator(seed: UInt64(index))
    var options = GenerationOptions()
    options.maxTokens = Int.random(in: 1...24, using: &random)
    options.sampling.seed = UInt64(index)
    options.sampling.temperature = [0, 0.7, 1.5].randomElement(using: &random) ?? 0
    options.sampling.repetitionPenalty = Bool.random(using: &random) ? 1 : 1.3
    options.ignoresEndTokens = Bool.random(using: &random)
    if Bool.random(using: &random) { options.stops = ["e", "an"] }
    let names = ["Ada Holt", "Bo Lind", "Cy"]
    let name = names.randomElement(using: &random) ?? ""
    let generator = try model.generator(
      Conversation("Write the name of the person: \(name) lives in Rome."), sessions)
    generator.combiner.terms = model.terms(asked: Float.random(in: -0.5...1.5, using: &random))
    if Int.random(in: 0..<4, using: &random) == 0 { generator.combiner.terms = model.terms(asked: 0) }
    let cutAt = Int.random(in: 0..<6, using: &random) == 0 ? 3 : Int.max
    return try generator.generate(model.controls(options)) { step, _ in step.index < cutAt }
  }

  @Test func outputsAreEqualForEveryNumber() throws {
    let folder = try TemporaryFolder()
    let prompts = try folder.write(
      "prompts.jsonl",
      (1...9).map { #"{"prompt": "Write the name of person \#($0)."}"# + "\n" }.joined()
        + #"{"prompt": "\#(String(repeating: "too long ", count: 3000))"}"# + "\n"
        + #"{"prompt": "Write the name."}"# + "\n")
    let model = try SteeredModel(DemoModels.mapped())
    var notes: [[String]] = []
    for parallel in [1, 2, 3, 16] {
      let batch = try PromptBatch(
        prompts: prompts, output: folder.path("\(parallel).json"), model, DemoModels.short(6))
      let heard = Mutex<[String]>([])
      var failed: [Int] = []
      let observer = RunObserver(note: { note in heard.withLock { $0.append(note) } })
      #expect(
        try batch.run(parallel: parallel, observer: observer) { number, _ in failed.append(number) } == 11)
      #expect(failed == [10])
      notes.append(heard.withLock { $0 })
      #expect(try readFile(folder.path("\(parallel).json")) == readFile(folder.path("1.json")))
    }
    #expect(notes.allSatisfy { $0 == notes[0] && $0.count == 1 })
  }

  @Test func aBatchGoesOnWhereItWasCancelled() throws {
    let folder = try TemporaryFolder()
    let prompts = try folder.write(
      "prompts.jsonl", (1...40).map { #"{"prompt": "Write the name of person \#($0)."}"# + "\n" }.joined())
    let model = try SteeredModel(DemoModels.mapped())
    func batch(_ name: String) throws -> PromptBatch {
      try PromptBatch(prompts: prompts, output: folder.path(name), model, DemoModels.short(6))
    }
    #expect(try batch("whole.json").run() == 40)
    let done = try batch("cut.json").run(parallel: 3, observer: CancelAfter(2).observer)
    #expect((2..<40).contains(done))
    #expect(try batch("cut.json").run(parallel: 4) == 40)
    #expect(try readFile(folder.path("cut.json")) == readFile(folder.path("whole.json")))
  }
}
