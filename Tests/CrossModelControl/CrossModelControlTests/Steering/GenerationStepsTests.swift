import CrossModelControl
import Testing

/// A generation as a sequence: the same steps, and cancellation.
@Suite struct GenerationStepsTests {
  @Test func theStepsAreThoseOfGenerate() async throws {
    let model = try SteeredModel(DemoModels.mapped())
    let wanted = try model.generate(DemoModels.question, DemoModels.short())
    // Two at a time: neither must see the other's history.
    async let first = read(model)
    async let second = read(model)
    for (steps, text, result) in try await [first, second] {
      #expect(steps.map(\.token) == wanted.steps.map(\.token))
      #expect(steps.map(\.score) == wanted.steps.map(\.score))
      #expect(text == String(decoding: wanted.text, as: UTF8.self))
      #expect(result?.ids == wanted.ids && result?.stop == wanted.stop)
    }
  }

  private func read(_ model: SteeredModel) async throws -> ([GenerationStep], String, GenerationResult?) {
    let sequence = model.steps(DemoModels.question, DemoModels.short())
    var steps: [GenerationStep] = []
    var text = ""
    for try await element in sequence {
      steps.append(element.step)
      text += element.text
    }
    return (steps, text, sequence.result)
  }

  /// So long that it does not end by itself while the reader waits for a busy machine.
  private func long() -> GenerationOptions {
    var options = DemoModels.short(1_000_000)
    options.ignoresEndTokens = true
    options.shiftsContext = true
    return options
  }

  /// Waits for the end of a generation, at most a minute.
  private func end(of sequence: GenerationSteps) async throws -> GenerationResult? {
    for _ in 0..<6000 where sequence.result == nil { try await Task.sleep(for: .milliseconds(10)) }
    return sequence.result
  }

  @Test func cancellingTheReaderEndsTheGeneration() async throws {
    let sequence = try SteeredModel(DemoModels.mapped()).steps(DemoModels.question, long())
    let reader = Task {
      var count = 0
      for try await _ in sequence {
        count += 1
        if count == 3 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return count
    }
    #expect(try await reader.value < 1_000_000)
    let result = try await end(of: sequence)
    #expect(result?.stop == .interrupted)
    #expect((3..<1_000_000).contains(result?.steps.count ?? 0))
  }

  @Test func leavingTheLoopEndsTheGeneration() async throws {
    let model = try SteeredModel(DemoModels.mapped())
    let sequence = model.steps(DemoModels.question, long())
    for try await _ in sequence { break }
    let result = try await end(of: sequence)
    #expect(result?.stop == .interrupted)
    #expect(try model.generate(DemoModels.question, DemoModels.short(2)).ids.count <= 2)
  }

  @Test func whatCannotRunThrowsWhereItIsRead() async throws {
    let model = try SteeredModel(DemoModels.mapped())
    let sequence = model.steps(DemoModels.question, DemoModels.short(1_000_000))
    await #expect(throws: ControlError.self) { for try await _ in sequence {} }
    #expect(sequence.result == nil)
  }
}
