import CMCLogitShift
import CMCResultCoding
import Testing

@Suite("Results as JSON")
struct ResultCodingTests {
  @Test("What is written reads back")
  func roundTrip() throws {
    var values = MeasureValues()
    values.sinkhorn = 0.658
    values.meanAbsoluteDifference = 0.25
    values.divergence = 1e-9
    let run = RunSummary(
      label: "a", path: "runs/a", task: nil, base: "b", tuned: "t", tokenizer: "x", fingerprint: nil,
      width: 4, kept: nil)
    let test = PairedTest(
      measure: .sinkhorn, sameMean: 1, crossMean: 2, differences: [-1, -1], meanDifference: -1,
      interval: ConfidenceInterval(low: -1, high: -1), p: 0.25, isExact: true, draws: 3, seed: nil,
      smallestPossible: 0.25, groups: "a with b against a with c")
    let result = SimilarityResult(
      tool: "cmc", settings: SimilaritySettings(), first: run, second: run,
      prompts: [PromptSummary(prompt: "\u{1}<script>", response: "\"", steps: 1, skipped: 0)],
      rankings: [
        RankedSimilarity(
          rule: .tuned, isDefault: true, columns: 100, unmatchedShare: 0.5,
          summaries: [
            MeasureSummary(
              measure: .meanAbsoluteDifference, mean: 0.1, prompts: 1,
              interval: ConfidenceInterval(low: 0, high: 1))
          ],
          prompts: [PromptSimilarity(prompt: 0, steps: 1, values: values)], test: test,
          null: ShuffledMapNull(measure: .sinkhorn, observed: 1, values: [2, 1], seeds: [1, .max]))
      ],
      heatMaps: [
        HeatMap(
          prompt: 0, rule: .tuned, steps: [0], upper: [[1, -0.1]], lower: [[0, 0.3]], tokens: [[0, 1]],
          ids: [5, 9], texts: ["a", "␁"], stepTexts: ["a"], limit: 1)
      ], notes: ["one prompt: no interval"])
    let bytes = try ResultCoding.encode(result)
    #expect(try ResultCoding.decode(SimilarityResult.self, from: bytes) == result)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"mean_absolute_difference\":0.25"))
    #expect(text.contains("\"measure\":\"mean_absolute_difference\""))
    #expect(text.contains("\"upper\":[[1,-0.1]]"))
  }

  @Test("A text that is no result is refused with its place")
  func refusal() {
    #expect(throws: ResultCodingError.self) {
      try ResultCoding.decode(SimilarityResult.self, from: Array("{\"tool\": 3}".utf8))
    }
    #expect(throws: ResultCodingError.self) {
      try ResultCoding.decode(SimilarityMatrix.self, from: Array("nonsense".utf8))
    }
  }
}
