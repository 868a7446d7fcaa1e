import Testing

@testable import CMCDemonstration
@testable import CMCEvaluation

@Suite("Scores of task A") struct ClosedLoopScoresTests {
  private let reference = "{ \"name\": Ann Lee, \"city\": Dorholm }"

  private func scores(_ text: String, isEnded: Bool = true) throws -> [Double] {
    let scores = try #require(
      ClosedLoopResult.Scores([(text, isEnded)], references: [reference]))
    return [scores.exactMatch, scores.format, scores.name, scores.value].map(\.value)
  }

  @Test("Each part counts by itself, and the whole only if it ended") func parts() throws {
    #expect(try scores(reference) == [1, 1, 1, 1])
    #expect(try scores(" \(reference)\n") == [1, 1, 1, 1])
    #expect(try scores(reference, isEnded: false) == [0, 1, 1, 1])
    #expect(try scores("{ \"name\": Ann Li, \"city\": Dorholm }") == [0, 1, 0, 1])
    #expect(try scores("{ \"name\": Ann Lee, \"city\": Dorton }") == [0, 1, 1, 0])
    #expect(try scores("{ \"name\": Ann Lee, \"job\": Dorholm }") == [0, 1, 1, 0])
    #expect(try scores("So Ann lives in Dorholm.") == [0, 0, 0, 0])
    #expect(try scores("{ \"name\": Ann Lee }") == [0, 0, 0, 0])
    #expect(try scores("") == [0, 0, 0, 0])
    #expect(try scores("{ \"name\":  }") == [0, 0, 0, 0])
  }

  @Test("The right value counts wherever it stands, in a plain answer too") func mention() throws {
    func mention(_ text: String) throws -> Double {
      try #require(ClosedLoopResult.Scores([(text, true)], references: [reference])).mention.value
    }
    #expect(try mention("So Ann lives in Dorholm.") == 1)
    #expect(try mention("So Ann lives in Dorton.") == 0)
    #expect(try mention(reference) == 1)
  }

  // The figures are those of scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
  @Test("Wilson's intervals of shares") func wilson() throws {
    let none = try #require(Estimate.share([Bool](repeating: false, count: 40)))
    #expect(none.value == 0 && none.low == 0 && abs(none.high - 0.08762) < 1e-4)
    let some = try #require(Estimate.share((0..<20).map { $0 < 5 }))
    #expect(abs(some.low - 0.11186) < 1e-4 && abs(some.high - 0.46870) < 1e-4)
    #expect(Estimate.share([]) == nil)
  }

  @Test("Exact matches stand by what was asked for") func attributes() throws {
    let job = "{ \"name\": Bo Ray, \"job\": cook }"
    let scores = try #require(
      ClosedLoopResult.Scores(
        [(reference, true), (job, true), ("no", true)], references: [reference, job, job]))
    #expect(scores.attributes.map(\.name) == ["city", "job"])
    #expect(scores.attributes.map(\.exactMatch.value) == [1, 0.5])
    #expect(scores.attributes.map(\.exactMatch.count) == [1, 2])
    #expect(ClosedLoopResult.Scores([], references: []) == nil)
  }
}
