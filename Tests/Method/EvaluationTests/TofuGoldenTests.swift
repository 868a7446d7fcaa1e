import CMCFastJSON
import CMCPrimitives
import CMCPrompts
import Foundation
import Testing

@testable import CMCEvaluation

/// TOFU's figures by its public formulae: the golden file is Tests/Scripts/compare_tofu.py's.
@Suite("TOFU's figures and ROUGE-L against SciPy and rouge-score")
struct TofuGoldenTests {
  private func golden() throws -> JSONValue {
    let url = try #require(Bundle.module.url(forResource: "Golden/tofu", withExtension: "json"))
    return try JSONDocument(try readFile(url.path)).root
  }

  private func items(_ set: JSONValue?) throws -> [EvaluationItem] {
    let set = try #require(set)
    func column(_ name: String) throws -> [JSONValue] { try #require(set[name]).elements }
    return try zip(
      zip(try column("answer"), try column("generated")),
      zip(try column("gt_loss"), zip(try column("paraphrased_loss"), try column("perturb_loss")))
    ).enumerated().map { index, row in
      var score = AnswerScore()
      (score.tokens, score.logProbability) = (4, -4 * (try #require(row.1.0.double)))
      let record = EvaluationRecord(
        prompt: "q", answer: try #require(row.0.0.string), paraphrase: "p", perturbed: [])
      var item = EvaluationItem(number: index + 1, record: record, score: score)
      item.paraphraseProbability = exponential(-(try #require(row.1.1.0.double)))
      item.perturbedProbabilities = row.1.1.1.elements.compactMap(\.double).map { exponential(-$0) }
      item.generated = row.0.1.string
      (item.isEnded, item.rougeTokens) = (true, .ascii)
      return item
    }
  }

  @Test func forgetQualityByBothMeans() throws {
    let golden = try golden()
    let (own, reference) = (try items(golden["sets"]?["forget"]), try items(golden["sets"]?["reference"]))
    #expect(own.count == 60 && reference.count == 60)
    var found: [Double] = []
    for mean in WrongAnswersMean.allCases {
      let summary = EvaluationSummary(
        own, reference: reference, forgetMean: mean, resampling: Resampling(seed: 1))
      let quality = try #require(summary.forgetQuality)
      let wanted = try #require(golden["forget_quality"]?[mean.rawValue])
      #expect(abs(quality.statistic - (try #require(wanted["statistic"]?.double))) < 1e-12)
      let p = try #require(wanted["p_value"]?.double)
      #expect(abs(quality.pValue - p) < 1e-9 * p, "\(mean): \(quality.pValue), SciPy \(p)")
      found.append(quality.pValue)
    }
    #expect(found[0] != found[1])
    // What TOFU's code does is what is done unless the other is asked for.
    let summary = EvaluationSummary(own, reference: reference, resampling: Resampling(seed: 1))
    #expect(summary.forgetQuality?.pValue == found[0] && summary.forgetMean == .geometric)
    let ratio = try #require(summary.metrics.first { $0.name == "forget_truth_ratio" })
    #expect(abs(ratio.estimate.value - (try #require(golden["forget_truth_ratio"]?.double))) < 1e-12)
  }

  @Test func modelUtilityIsTheHarmonicMeanOfNineParts() throws {
    let golden = try golden()
    var sets = try ["retain", "real_authors", "world_facts"].map { try items(golden["sets"]?[$0]) }
    let utility = try ModelUtility(retain: sets[0], realAuthors: sets[1], worldFacts: sets[2])
    let wanted = try #require(golden["parts"]).elements.compactMap(\.double)
    #expect(utility.parts.count == 9 && wanted.count == 9)
    for (part, value) in zip(utility.parts, wanted) {
      #expect(abs(part.value - value) < 1e-12, "\(part.set) \(part.metric): \(part.value), \(value)")
    }
    #expect(abs(utility.value - (try #require(golden["model_utility"]?.double))) < 1e-12)
    for index in sets[2].indices { sets[2][index].generated = "" }
    #expect(try ModelUtility(retain: sets[0], realAuthors: sets[1], worldFacts: sets[2]).value == 0)
    for index in sets[2].indices { sets[2][index].generated = nil }
    #expect(throws: ModelUtility.Lack(set: 2, metric: "rouge_l")) {
      try ModelUtility(retain: sets[0], realAuthors: sets[1], worldFacts: sets[2])
    }
  }

  @Test func rougeByASCIIWordsIsGooglesPackages() throws {
    let rows = try #require(try golden()["rouge"]).elements
    #expect(rows.count == 13)
    var differs = 0
    for row in rows {
      let (reference, text) = (try #require(row["reference"]?.string), try #require(row["text"]?.string))
      let recall = RougeL.recall(text, reference: reference, tokens: .ascii)
      #expect(abs(recall - (try #require(row["recall"]?.double))) < 1e-12, "\(text): \(recall)")
      if RougeL.recall(text, reference: reference) != recall { differs += 1 }
    }
    // Words of other scripts are words by the other rule.
    #expect(differs >= 3 && RougeL.recall("Москва столица", reference: "Москва — столица") == 1)
  }

  @Test func perplexityWithTheEndAndWithout() throws {
    func item(_ logProbability: Double, _ tokens: Int, end: Double?) -> EvaluationItem {
      var score = AnswerScore()
      (score.logProbability, score.tokens, score.endLogProbability) = (logProbability, tokens, end)
      return EvaluationItem(
        number: 1, record: EvaluationRecord(prompt: "q", answer: "a", paraphrase: nil, perturbed: []),
        score: score)
    }
    let summary = EvaluationSummary(
      [item(-3, 2, end: -1), item(-6, 3, end: -0.5), item(-1, 1, end: nil)], resampling: Resampling(seed: 1))
    func value(_ name: String) -> Double? { summary.metrics.first { $0.name == name }?.estimate.value }
    #expect(abs((value("perplexity") ?? 0) - exponential(10.0 / 6)) < 1e-12)
    // The item without an end is in the first alone.
    #expect(abs((value("perplexity_with_end") ?? 0) - exponential(10.5 / 7)) < 1e-12)
    let item = item(-3, 2, end: -1)
    let file = EvaluationFile(
      system: "s", data: "d", items: [item], summary: summary, seed: 1, seconds: 0, generatedTokens: 0,
      generationSeconds: 0, peakMemory: 0)
    let root = try JSONDocument(file.encoded(tool: "t")).root
    #expect(try EvaluationFile.item(#require(root["items"]?.elements.first)) == item)
  }
}
