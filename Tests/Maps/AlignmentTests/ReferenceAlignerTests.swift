import CMCHashing
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct ReferenceAlignerTests {
  /// The known figures of the reference scripts for Mistral-7B-v0.1 → Llama-2.
  @Test(
    .enabled(
      if: RealData.has("mistral-7b-v0.1/tokenizer.model") && RealData.has("llama-2/tokenizer.json"),
      "run Vocabs/fetch"))
  func mistralToLlama() throws {
    let source = try TokenizerLoader.load(RealData.path("mistral-7b-v0.1/tokenizer.model"))
    let target = try TokenizerLoader.load(RealData.path("llama-2/tokenizer.json"))
    for threads in [1, 2, 7] {
      let map = try TokenMap.aligningAsReference(source, to: target, threads: threads)
      let summary = AlignmentSummary(map)
      #expect(summary.counts.exact + summary.counts.role == 24_185)
      #expect(summary.counts.prefixShorter == 6_287)
      #expect(summary.counts.prefixLonger == 187)
      #expect(summary.counts.unmatched == 1_341)
      #expect(map.ids[25_955] == 25_955, "<?> keeps its id")
      #expect(
        summary.histogram.map { [$0.distance, $0.count] } == [
          [1, 2613], [2, 1461], [3, 1121], [4, 632], [5, 359], [6, 145], [7, 88], [8, 29], [9, 14], [10, 7],
          [11, 1],
          [12, 3], [13, 1],
        ])
    }
  }

  /// What begins with < and ends with > keeps its id if there is anything between.
  @Test func twoBracketsAreAnOrdinaryPiece() throws {
    func vocabulary(_ pieces: [String]) throws -> TokenizerDescription {
      var builder = VocabularyBuilder()
      for piece in pieces { try builder.add(id: builder.count, piece: Array(piece.utf8), spelling: .literal) }
      return TokenizerDescription(
        name: "v", format: .tokenizerJSON, files: [], vocabulary: try builder.finish(),
        algorithm: .unknown("test"))
    }
    let map = try TokenMap.aligningAsReference(
      try vocabulary(["<>", "<a>", "x"]), to: try vocabulary(["x", "y", "<>", "<a>"]), threads: 1)
    #expect(map.ids == [2, 1, 0])
  }
}
