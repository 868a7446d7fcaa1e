import CMCAlignment
import CMCControlledDecoding
import CMCLogitShift
import CMCMarkup
import CMCPrimitives
import CMCReporting
import CMCVocabulary
import TestSupport

/// A vocabulary of the given tokens, one special.
func vocabulary(_ tokens: [[UInt8]], special: String = "<|end|>") throws -> Vocabulary {
  var builder = VocabularyBuilder()
  for (id, token) in tokens.enumerated() { try builder.add(id: id, piece: token, spelling: .literal) }
  try builder.addSpecial(id: tokens.count, piece: Array(special.utf8))
  builder.assign(.eos, id: Int32(tokens.count), isPrimary: true, source: "test")
  return try builder.finish()
}

/// A tokenizer around a vocabulary, under a hostile name.
func description(_ vocabulary: Vocabulary, name: String = "<b>\"name\"</b>") -> TokenizerDescription {
  TokenizerDescription(
    name: name, format: .tiktoken, files: ["<i>file</i>"], vocabulary: vocabulary,
    algorithm: .greedyTrie)
}

/// Everything with a page, full of hostile text.
struct HostilePages {
  let map: TokenMap

  init() throws {
    let source = description(try vocabulary(hostileTokens))
    let target = description(try vocabulary(hostileTokens.reversed() + [Array("x".utf8)], special: "</s>"))
    map = try TokenMap.aligning(source, to: target)
  }

  func pages() throws -> [(name: String, bytes: [UInt8])] {
    [
      ("alignment", try alignment.html()), ("trace", try TraceReport(trace).html()),
      ("atlas", try atlas().html()), ("similarity", try SimilarityReport(similarity).html()),
      ("matrix", try SimilarityMatrixReport(matrix).html()), ("sweep", try SweepReport(sweep).html()),
    ]
  }

  var alignment: AlignmentReport {
    AlignmentReport(
      map: map, summary: AlignmentSummary(map), placements: SpecialPlacement.all(in: map), tool: "<u>tool</u>"
    )
  }

  private let text = hostileTokens.map { String(decoding: $0, as: UTF8.self) }

  private var trace: GenerationTrace {
    let steps = text.enumerated().map { index, text in
      var step = GenerationTrace.Step(
        id: index, piece: text, text: index % 3 == 0 ? nil : text,
        match: ["exact", "prefix", "other", "unmatched"][index % 4],
        score: 1, userLogProbability: index == 4 ? -.infinity : -Double(index), deltaTerm: 0.5,
        isChanged: index % 2 == 0, isReencoded: false)
      step.userTop = [.init(id: 1, piece: text, value: 2)]
      step.deltaTop = [[.init(id: 1, piece: text, value: 2)]]
      step.combinedTop = step.userTop
      return step
    }
    return GenerationTrace(
      tool: text[0], user: text[0], deltas: [.init(name: text[1], alpha: 1, map: text[2])], mode: "add",
      unmatched: "zero", prompt: text.joined(), text: text.joined(), stop: "length", steps: steps)
  }

  private func atlas() throws -> AtlasReport {
    let vocabularies = try [hostileTokens, hostileTokens.dropLast(9) + [[0x61]], [[0x62]]].map {
      description(try vocabulary(Array($0)))
    }
    let atlas = try VocabularyAtlas.building(vocabularies, names: Array(text.prefix(3)), threads: 2)
    return AtlasReport(atlas ?? VocabularyAtlas(entries: [], cells: []), tool: text[0])
  }

  private var run: RunSummary {
    RunSummary(
      label: text[0], path: text[1], task: text[2], base: text[3], tuned: text[4], tokenizer: text[5],
      fingerprint: nil, width: 10, kept: nil)
  }

  private var test: PairedTest {
    PairedTest(
      measure: .sinkhorn, sameMean: 1, crossMean: 2, differences: [-1, -0.5, 0.2], meanDifference: -0.4,
      interval: ConfidenceInterval(low: -1, high: 0.1), p: 0.25, isExact: true, draws: 7, seed: nil,
      smallestPossible: 0.125, groups: text[1])
  }

  var heatMap: HeatMap {
    HeatMap(
      prompt: 0, rule: .tuned, steps: [0, 1, 3], upper: [[2, 1, -1], [1, 0, -2], [0.5, 0.1, 0]],
      lower: [[1, 0, -1], [0.5, 0, -1], [0, 0, 0]], tokens: [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
      ids: Array(0..<Int32(text.count)), texts: text, stepTexts: Array(text.prefix(3)), limit: 2)
  }

  var similarity: SimilarityResult {
    var values = MeasureValues()
    values.sinkhorn = 0.5
    values.cosine = 0.9
    let ranking = RankedSimilarity(
      rule: .tuned, isDefault: true, columns: 3, unmatchedShare: 0.1,
      summaries: [
        MeasureSummary(measure: .sinkhorn, mean: 0.5, prompts: 1, interval: nil),
        MeasureSummary(measure: .pearson, mean: nil, prompts: 0, interval: nil),
      ],
      prompts: [PromptSimilarity(prompt: 0, steps: 3, values: values, cross: values)], test: test,
      null: ShuffledMapNull(measure: .sinkhorn, observed: 0.5, values: [1, 2], seeds: [1, 2]))
    return SimilarityResult(
      tool: text[0], settings: SimilaritySettings(), first: run, second: run, cross: run,
      map: MapSummary(path: text[0], source: text[1], target: text[2], matched: 1, total: 2),
      prompts: [PromptSummary(prompt: text.joined(), response: text[0], steps: 3, skipped: 0)],
      rankings: [ranking], heatMaps: [heatMap], notes: [text[0]])
  }

  var matrix: SimilarityMatrix {
    SimilarityMatrix(
      tool: text[0], settings: SimilaritySettings(), runs: [run, run], maps: [], prompts: [],
      tables: [
        .init(
          measure: .sinkhorn, means: [[0, 1], [nil, 0]],
          intervals: [[nil, ConfidenceInterval(low: 0.5, high: 2)], [nil, nil]]),
        .init(
          measure: .meanAbsoluteDifference, means: [[0, 1], [2, 0]], intervals: [[nil, nil], [nil, nil]]),
      ], perPrompt: [], rules: [[.base, .tuned], [.tuned, .base]], test: test, notes: [])
  }

  private var sweep: SweepSummary {
    SweepSummary(
      tool: text[0], user: text[0], deltas: [text[1]], mode: "add", prompt: text[2],
      points: [0, 0.5, 1].map {
        .init(
          alpha: $0, tokens: 3, changedShare: $0, unmatchedShare: 0, meanUserLogProbability: -$0,
          stop: "length",
          text: text.joined())
      })
  }
}
