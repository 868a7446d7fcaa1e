import CMCEvaluation
import CMCPrompts
import Testing

@Suite struct MetricTests {
  @Test func rougeLIsTheShareOfTheReferencesWords() {
    #expect(RougeL.recall("The cat sat.", reference: "the cat sat") == 1)
    #expect(RougeL.recall("a cat that sat down", reference: "The cat sat on it") == 2.0 / 5)
    // Order matters: of two swapped words one is common.
    #expect(RougeL.recall("b a", reference: "a b") == 0.5)
    #expect(RougeL.recall("anything", reference: "…") == 0)
    #expect(RougeL.recall("", reference: "word") == 0)
    // Recall asks for the reference's words, and not whether there are others.
    #expect(RougeL.recall("well, the cat sat there all day", reference: "the cat sat") == 1)
  }

  /// Of truth ratios the lower is the better one, of all other figures the higher.
  @Test func aLowerTruthRatioWins() throws {
    func item(_ wrong: Double) -> EvaluationItem {
      var score = AnswerScore()
      (score.logProbability, score.tokens) = (-1, 1)
      let record = EvaluationRecord(prompt: "q", answer: "a", paraphrase: nil, perturbed: ["b"])
      var item = EvaluationItem(number: 1, record: record, score: score)
      item.perturbedProbabilities = [wrong]
      return item
    }
    for (metric, wins) in [("truth_ratio", 1), ("choice_probability", 1), ("probability", 0)] {
      let comparison = try #require(
        EvaluationComparison([item(0.4)], [item(0.1)], metric: metric, resampling: Resampling(seed: 1)))
      #expect(comparison.wins == wins && comparison.losses == 0, "\(metric)")
    }
  }

  /// Values of scipy.stats.ks_2samp (1.17.1), method exact.
  @Test func kolmogorovSmirnovIsSciPys() throws {
    let a = [0.61, 0.12, 0.87, 0.33, 0.94, 0.45, 0.78]
    let b = [0.21, 0.05, 0.41, 0.15, 0.37]
    let result = try #require(KolmogorovSmirnov.test(a, b))
    #expect(abs(result.statistic - 0.714_285_714_285_714_3) < 1e-12)
    #expect(abs(result.pValue - 0.065_656_565_656_565_65) < 1e-12)
    let same = try #require(KolmogorovSmirnov.test(a, a))
    #expect(same.statistic == 0 && same.pValue == 1)
    let apart = try #require(KolmogorovSmirnov.test([1, 2, 3], [4, 5, 6]))
    #expect(apart.statistic == 1 && abs(apart.pValue - 0.1) < 1e-12)
    #expect(KolmogorovSmirnov.test([], a) == nil)
    // Two samples with nothing between them: two orders of all, however few that is. 1 less what is left would be 0.
    let far = try #require(
      KolmogorovSmirnov.test((0..<60).map(Double.init), (100..<160).map(Double.init)))
    let orders = (1...60).reduce(1.0) { $0 * Double(60 + $1) / Double($1) }
    #expect(abs(far.pValue * orders / 2 - 1) < 1e-9, "\(far.pValue)")
  }

  @Test func theTruthRatioIsTOFUs() {
    var score = AnswerScore()
    score.logProbability = -4
    score.tokens = 2
    let record = EvaluationRecord(prompt: "q", answer: "a", paraphrase: "b", perturbed: ["c", "d"])
    var item = EvaluationItem(number: 1, record: record, score: score)
    #expect(item.truthRatio == nil && item.rougeL == nil && item.isExactMatch == nil)
    item.paraphraseProbability = 0.5
    item.perturbedProbabilities = [0.1, 0.3]
    #expect(abs((item.truthRatio ?? 0) - 0.4) < 1e-12)
    item.generated = " a\n"
    item.isEnded = false
    #expect(item.isExactMatch == false)
    item.isEnded = true
    #expect(item.isExactMatch == true)
  }

  @Test func intervalsHoldTheValueAndFollowTheSeed() throws {
    let values = (0..<200).map { Double($0 % 7) }
    let one = try #require(Resampling(seed: 1).mean(values))
    #expect(one == Resampling(seed: 1).mean(values))
    #expect(one != Resampling(seed: 2).mean(values))
    #expect(one.low < one.value && one.value < one.high)
    // The standard error is 2 / √200 = 0.14; the interval is about four of it wide.
    #expect((0.45...0.65).contains(one.high - one.low))
    let constant = try #require(Resampling(seed: 1).mean([3, 3, 3]))
    #expect(constant.low == 3 && constant.high == 3)
    #expect(Resampling(seed: 1).mean([]) == nil)
  }

  @Test func comparisonsAreInPairs() throws {
    func items(_ texts: [String]) -> [EvaluationItem] {
      texts.enumerated().map { index, text in
        var score = AnswerScore()
        score.tokens = 20
        score.unmatched = index % 2
        let record = EvaluationRecord(prompt: "q", answer: "right", paraphrase: nil, perturbed: [])
        var item = EvaluationItem(number: index + 1, record: record, score: score)
        item.generated = text
        item.isEnded = true
        return item
      }
    }
    let a = items(["right", "wrong", "wrong", "right"])
    let b = items(["wrong", "right", "wrong", "right"])
    let comparison = try #require(
      EvaluationComparison(a, b, metric: "exact_match", resampling: Resampling(seed: 1)))
    #expect((comparison.wins, comparison.losses, comparison.ties) == (1, 1, 2))
    #expect(comparison.difference.value == 0 && comparison.worst == [1])
    #expect(comparison.groups.map(\.name).contains("up to 5 % unmatched"))
    #expect(EvaluationComparison(a, b, metric: "truth_ratio", resampling: Resampling(seed: 1)) == nil)
  }

  @Test func recordsOfTOFU() throws {
    let text =
      #"{"question":"Q","answer":"A","paraphrased_answer":"B","perturbed_answer":["C","D"]}"# + "\n"
      + #"{"text":"T"}"#
    let records = try EvaluationRecord.parse(Array(text.utf8))
    #expect(
      records == [
        EvaluationRecord(prompt: "Q", answer: "A", paraphrase: "B", perturbed: ["C", "D"]),
        EvaluationRecord(prompt: nil, answer: "T", paraphrase: nil, perturbed: []),
      ])
  }

  /// What stands behind the last answer would be dropped.
  @Test func aConversationEndsWithTheAnswerThatIsMeasured() throws {
    let asked =
      #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}"#
    let error = #expect(throws: (any Error).self) { try EvaluationRecord.parse(Array((asked + "]}").utf8)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("its last message is not the assistant's"))
    let answered = asked + #",{"role":"assistant","content":"d"}]}"#
    #expect(try EvaluationRecord.parse(Array(answered.utf8)).map(\.answer) == ["d"])
  }
}
