import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// Texts that grow beyond the length up to which positions turn by one set of angles, and are cut back behind it.
///
/// What transformers computes for such texts is in ``StatedModelsTests``.
@Suite struct LongRopeTests {
  private static let ids = (0..<60).map { Int32(3 + 7 * $0 % 80) }

  @Test(
    "However a history came about, its logits are those of the text read in one pass",
    arguments: LongRopeModels.names)
  func anyWay(_ name: String) throws {
    let model = try LongRopeModels.load(name)
    var random = SeededGenerator(seed: 5)
    let session = LanguageModelSession(model, threads: 1)
    for _ in 0..<60 {
      if Bool.random(using: &random) {
        session.truncate(to: Int.random(in: 0...session.tokens.count, using: &random))
      }
      let count = session.tokens.count
      guard count < Self.ids.count else { continue }
      let end = min(Self.ids.count, count + Int.random(in: 1...12, using: &random))
      var found: [Float] = []
      try session.extend(Array(Self.ids[count..<end]), logits: .last) { found = Array($1) }
      let wanted = try LanguageModelSession(model, threads: 1).logits(after: Array(Self.ids[..<end]))
      let scale = 1 + (wanted.map(abs).max() ?? 0)
      #expect(largestDifference(found, wanted) <= 1e-5 * scale, "\(count) to \(end)")
    }
  }

  @Test("Rows that are asked for are those of the steps of generation", arguments: LongRopeModels.names)
  func rowsAreThoseOfSteps(_ name: String) throws {
    let model = try LongRopeModels.load(name)
    let steps = try (1...40).map {
      try LanguageModelSession(model, threads: 1).logits(after: Array(Self.ids[..<$0]))
    }
    let room = BatchedRoom([BatchedSession(model, threads: 1)])
    for (prompt, first) in [
      (0, 0), (5, 0), (0, 19), (0, 20), (25, 3), (0, 39), (18, 1), (19, 0), (20, 0), (31, 0),
    ] {
      func check(_ source: any LogitSource) throws {
        try source.extend(Array(Self.ids[..<prompt]))
        var next = prompt + first
        try source.extend(Array(Self.ids[prompt..<40]), rowsFrom: first) { rows in
          #expect(rows.first == next)
          for row in 0..<rows.count {
            let scale = 1 + (steps[next].map(abs).max() ?? 0)
            #expect(largestDifference(Array(rows[row]), steps[next]) <= 1e-5 * scale, "\(prompt), \(next)")
            next += 1
          }
        }
        #expect(next == 40 && source.tokens == Array(Self.ids[..<40]))
      }
      try check(LanguageModelSession(model, threads: 1))
      try room.withText { try check($0[0]) }
    }
  }

  @Test("A long text is not a short one with more tokens", arguments: LongRopeModels.names)
  func lengthsDiffer(_ name: String) throws {
    let model = try LongRopeModels.load(name)
    let (short, long) = (Array(Self.ids[..<20]), Array(Self.ids[..<21]))
    let width = model.logitsWidth
    let first = try allLogits(LanguageModelSession(model), short)
    let second = try allLogits(LanguageModelSession(model), long)
    #expect(largestDifference(first, Array(second.prefix(20 * width))) > 1e-3)
    #expect(
      largestDifference(Array(first.prefix(width)), Array(second.prefix(width))) < 1e-5,
      "nothing to turn against")
  }

  @Test("What fails in the middle leaves the history what it was") func failure() throws {
    struct Stop: Error {}
    let model = try LongRopeModels.load("llama")
    let session = LanguageModelSession(model, threads: 1)
    try session.extend(Array(Self.ids[..<18]))
    #expect(throws: Stop.self) {
      try session.extend(Array(Self.ids[18..<30]), logits: .last) { _, _ in throw Stop() }
    }
    #expect(session.tokens == Array(Self.ids[..<18]))
    for end in [20, 25] {
      var found: [Float] = []
      try session.extend(Array(Self.ids[session.tokens.count..<end]), logits: .last) { found = Array($1) }
      let wanted = try LanguageModelSession(model, threads: 1).logits(after: Array(Self.ids[..<end]))
      #expect(largestDifference(found, wanted) <= 1e-5)
    }
  }

  @Test("GGUF's two tensors are the divisors of short and of long texts") func gguf() throws {
    func load(_ change: (inout GGUFConversion) -> Void) throws -> LanguageModel {
      var file = try GGUFConversion(GoldenCheckpoint(name: "llama"))
      change(&file)
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      return try LanguageModel.load(path)
    }
    let name = "rope_freqs.weight"
    func longRope(_ file: inout GGUFConversion, hasLong: Bool) throws {
      file.set("llama.rope.scaling.original_context_length", .integer(20))
      var long = try #require(file.tensors.first { $0.name == name })
      file.change(name) { $0.name = "rope_factors_short.weight" }
      long.name = "rope_factors_long.weight"
      long.values = long.values.map { 3 * $0 }
      if hasLong { file.tensors.append(long) }
    }
    var model: LanguageModel?
    model = try load { try? longRope(&$0, hasLong: true) }
    let both = try #require(model)
    #expect(both.notes == [] && both.configuration.contextLength > 20)
    let short = try load { _ in }
    let long = try load { $0.change(name) { tensor in tensor.values = tensor.values.map { 3 * $0 } } }
    for (count, plain) in [(20, short), (21, long)] {
      let ids = Array(Self.ids[..<count])
      let (found, wanted) = (
        try allLogits(LanguageModelSession(both), ids), try allLogits(LanguageModelSession(plain), ids)
      )
      #expect(largestDifference(found, wanted) <= 1e-5)
    }
    let limited = try load { try? longRope(&$0, hasLong: false) }
    #expect(limited.configuration.contextLength == 20)
    #expect(limited.notes.contains { $0.contains("there is no rope_factors_long.weight") })
  }
}
