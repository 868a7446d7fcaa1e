import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import TestSupport
import Testing

/// Real models, where they are: what is known of their next tokens.
@Suite struct RealModelsTests {
  private static let smolLM2 = "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"
  private static let gemma = "gemma-3-270m/gemma-3-270m.Q4_K_M.gguf"

  /// Values that float32 arithmetic on these files gives; fast arithmetic moves them by some tenths.
  private func expect(
    _ file: String, _ ids: [Int32], _ known: [(id: Int, logit: Float)], width: Int
  ) throws {
    let model = try LanguageModel.load(RealData.path(file))
    #expect(model.logitsWidth == width)
    for (precision, bound) in [(Precision.exact, 0.05 as Float), (.fast, 1)] {
      let logits = try LanguageModelSession(model, precision: precision).logits(after: ids)
      for (id, logit) in known { #expect(abs(logits[id] - logit) <= bound, "\(precision): \(logits[id])") }
      #expect(logits.indices.max { logits[$0] < logits[$1] } == known[0].id, "\(precision)")
    }
  }

  @Test(.enabled(if: RealData.has(smolLM2), "run Vocabs/fetch smollm2-135m"))
  func smolLM2KnowsTheCapitalOfFrance() throws {
    try expect(
      Self.smolLM2, [504, 3575, 282, 4649, 314], [(7042, 17.37), (260, 14.89)], width: 49152)
  }

  @Test(.enabled(if: RealData.has(gemma), "run Vocabs/fetch gemma-3-270m"))
  func gemmaKnowsTheCapitalOfFrance() throws {
    try expect(
      Self.gemma, [2, 818, 5279, 529, 7001, 563], [(506, 19.09), (496, 18.55), (9079, 18.27)], width: 262144)
  }

  /// With whole numbers fewer rows of the head are computed where fewer are wanted; they are the same, bit for bit.
  @Test(.enabled(if: RealData.has(smolLM2), "run Vocabs/fetch smollm2-135m"), arguments: Precision.allCases)
  func laterRowsAreThoseOfAll(precision: Precision) throws {
    let model = try LanguageModel.load(RealData.path(Self.smolLM2))
    let ids = (0..<21).map { Int32($0 * 1237 % 49152) }
    for count in [2, 21] {
      let ids = Array(ids[..<count])
      let all = try allLogits(LanguageModelSession(model, precision: precision), ids)
      let batch = BatchedSession(model, precision: precision)
      let other = batch.join()
      try batch.extend(other, [5, 6, 7, 8, 9], logits: .all)
      for first in [0, count / 2, count - 1] {
        var alone: [Float] = []
        try LanguageModelSession(model, precision: precision).extend(ids, rowsFrom: first) {
          alone += $0.values
        }
        let row = batch.join()
        var together: [Float] = []
        try batch.extend(row, ids, logits: .all, from: first)
        while batch.hasWork { _ = batch.stepRows { if $0 == row { together += $1.values } } }
        let wanted = all[(first * model.logitsWidth)...].map(\.bitPattern)
        #expect(alone.map(\.bitPattern) == wanted, "\(precision), from \(first) of \(count)")
        // Whole numbers of so few positions are summed up otherwise in a session's layers than in a batch's.
        if precision == .exact || count >= 4 {
          #expect(together.map(\.bitPattern) == wanted, "\(precision), from \(first) of \(count)")
        }
      }
    }
  }

  /// Decoding one by one and reading a prompt at once take different kernels; the sums differ in their order alone.
  @Test(.enabled(if: RealData.has(smolLM2), "run Vocabs/fetch smollm2-135m"))
  func piecesGiveWhatTheWholeGives() throws {
    let model = try LanguageModel.load(RealData.path(Self.smolLM2))
    let ids = (0..<40).map { Int32($0 * 1237 % 49152) }
    let whole = try allLogits(LanguageModelSession(model), ids)
    let session = LanguageModelSession(model)
    var pieces = try allLogits(session, Array(ids[..<20]))
    for id in ids[20..<25] { pieces += try allLogits(session, [id]) }
    pieces += try allLogits(session, Array(ids[25...]))
    #expect(largestDifference(pieces, whole) <= 1e-3)
  }
}
