import Testing

@testable import CMCDemonstration

@Suite struct ByteFallbackVocabularyTests {
  private let vocabulary = ByteFallbackVocabulary(
    corpus: DemoCorpus(seed: 3, mixture: [(.prose(.english), 20), (.code, 10)]), tokenCount: 500,
    control: ["<unk>", "<s>", "</s>"])

  @Test func idsAreControlThenBytesThenMergedPiecesThenCharacters() {
    let pieces = vocabulary.pieces.map { String(decoding: $0, as: UTF8.self) }
    #expect(pieces.count == 500)
    #expect(Array(pieces[..<3]) == ["<unk>", "<s>", "</s>"])
    #expect(pieces[3] == "<0x00>" && pieces[13] == "<0x0A>" && pieces[258] == "<0xFF>")
    #expect(pieces[259].unicodeScalars.count == 2)
    #expect(pieces[499].unicodeScalars.count == 1)
    #expect(Set(pieces).count == 500)
  }

  @Test func everyMergeJoinsItsPartsToItsResult() {
    for merge in vocabulary.merges {
      let joined = vocabulary.pieces[Int(merge.left)] + vocabulary.pieces[Int(merge.right)]
      #expect(joined == vocabulary.pieces[Int(merge.result)])
    }
  }

  @Test func digitsStayAloneAndLineFeedsHaveNoPiece() {
    for piece in vocabulary.pieces[259...] {
      let digits = piece.filter { (48...57).contains($0) }.count
      #expect(digits == 0 || piece.count - digits <= 3 && digits == 1)
      #expect(!piece.contains(10))
    }
    let hasRun = vocabulary.pieces.contains(Array("▁▁".utf8))
    #expect(hasRun, "no piece for a run of spaces")
  }
}
