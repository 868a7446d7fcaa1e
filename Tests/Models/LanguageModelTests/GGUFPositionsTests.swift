import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// How positions are turned where a GGUF file says it with a tensor and with keys, and what it says twice.
@Suite struct GGUFPositionsTests {
  private static let divisors = "rope_freqs.weight"
  private static let short = "rope_factors_short.weight"

  private func load(
    _ name: String = "llama", _ change: (inout GGUFConversion) -> Void = { _ in }
  ) throws -> LanguageModel {
    var file = try GGUFConversion(GoldenCheckpoint(name: name))
    change(&file)
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    return try LanguageModel.load(path)
  }

  private func global(_ model: LanguageModel) throws -> RotaryEmbedding {
    var found: RotaryEmbedding?
    if case .rotary(_, let global, _) = model.configuration.positions { found = global }
    return try #require(found)
  }

  private func scale(_ file: inout GGUFConversion, _ type: String, by factor: Float) {
    file.set("llama.rope.scaling.type", .text(type))
    file.set("llama.rope.scaling.factor", .number(factor))
    file.set("llama.rope.scaling.original_context_length", .integer(16))
  }

  /// llama.cpp divides each angle by the tensor's number, and scales or mixes what it gets.
  @Test(arguments: ["linear", "yarn"]) func divisorsAndAScalingAreBothCarriedOut(_ type: String) throws {
    let divided = try global(load())
    guard case .divisors(let divisors, _) = divided.scaling else {
      Issue.record("no divisors")
      return
    }
    let scaled = try global(
      load {
        scale(&$0, type, by: 4)
        $0.tensors.removeAll { $0.name == Self.divisors }
      })
    let both = try global(load { scale(&$0, type, by: 4) })
    #expect(both != scaled && both != divided && both.attentionFactor == scaled.attentionFactor)
    #expect(both.frequencies(headSize: 12) == zip(scaled.frequencies(headSize: 12), divisors).map { $0 / $1 })
  }

  /// Linear scaling by 4 is the same as divisors that are four times as large.
  @Test func aScalingOnTopOfDivisorsGivesTheirProduct() throws {
    let scaled = try load { scale(&$0, "linear", by: 4) }
    let divided = try load { file in
      file.change(Self.divisors) { tensor in tensor.values = tensor.values.map { 4 * $0 } }
    }
    let ids: [Int32] = [1, 7, 9, 30, 2]
    let wanted = try allLogits(LanguageModelSession(divided), ids)
    #expect(largestDifference(try allLogits(LanguageModelSession(scaled), ids), wanted) <= 1e-6)
    let plain = try allLogits(LanguageModelSession(try load()), ids)
    #expect(largestDifference(plain, wanted) > 1e-3)
  }

  /// What llama.cpp would do on top of longrope's factors is not carried out, and not dropped either.
  @Test(arguments: [
    ("linear", Float(2), "llama.rope.scaling.factor of 2.0 beside rope_factors_short.weight"),
    ("longrope", Float(2), "llama.rope.scaling.factor of 2.0 beside rope_factors_short.weight"),
    ("yarn", Float(2), "rotary scaling of type yarn beside rope_factors_short.weight"),
  ])
  func aScalingBesideLongRopesFactorsIsRefused(_ type: String, _ factor: Float, _ part: String) throws {
    let error = #expect(throws: FileError.self) {
      _ = try load {
        scale(&$0, type, by: factor)
        $0.change(Self.divisors) { $0.name = Self.short }
      }
    }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    _ = try load {
      scale(&$0, "longrope", by: 1)
      $0.change(Self.divisors) { $0.name = Self.short }
    }
  }

  @Test func twoTensorsOfFactorsAreRefused() throws {
    let error = #expect(throws: FileError.self) {
      _ = try load { file in
        file.tensors += file.tensors.filter { $0.name == Self.divisors }.map { tensor in
          var copy = tensor
          copy.name = Self.short
          return copy
        }
      }
    }
    #expect(error?.description.contains("rope_freqs.weight beside rope_factors_short.weight") == true)
  }

  @Test func factorsForLongTextsAloneAreRefused() throws {
    let error = #expect(throws: FileError.self) {
      _ = try load { $0.change(Self.divisors) { $0.name = "rope_factors_long.weight" } }
    }
    #expect(error?.description.contains("has no tensor rope_factors_short.weight") == true)
  }

  @Test func aNumberOfTokensThatDiffersIsNoted() throws {
    let base = try load()
    let model = try load { $0.set("llama.vocab_size", .integer(97)) }
    #expect(model.configuration == base.configuration)
    #expect(
      model.notes.contains { $0.contains("token_embd.weight says 96, llama.vocab_size says 97") },
      "\(model.notes)")
    #expect(try load { $0.set("llama.vocab_size", .integer(96)) }.notes == base.notes)
  }

  @Test func anOlderFactorThatDiffersIsNoted() throws {
    let base = try load("llama-linear")
    let model = try load("llama-linear") { $0.set("llama.rope.scale_linear", .number(2)) }
    #expect(model.configuration == base.configuration)
    #expect(
      model.notes.contains {
        $0.contains("llama.rope.scaling.factor says 4.0, llama.rope.scale_linear says 2.0")
      }, "\(model.notes)")
    #expect(try load("llama-linear") { $0.set("llama.rope.scale_linear", .number(4)) }.notes == base.notes)
  }
}
