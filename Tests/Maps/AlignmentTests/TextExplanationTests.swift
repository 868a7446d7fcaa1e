import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCAlignment

@Suite struct TextExplanationTests {
  @Test func marksAreWhatTheMapSays() throws {
    let from = try SmallVocabulary.description("from", ["ab", "cde", "f", "gh", "i", "j", "k", "<t>"])
    let to = try SmallVocabulary.description("to", ["ab", "c", "fgh", "de", "i", "j", "<u>"])
    let map = SmallVocabulary.map(
      MapSide(from), MapSide(to),
      [
        (0, .exact, 0), (1, .prefix, 2), (2, .prefix, 2), (2, .edit, 1), (4, .override, 0),
        (5, .retokenized, -1), (-1, .unmatched, -1), (6, .role, 0),
      ], sequences: [5: TargetSequence(ids: [5, 4], combination: .mean)])
    let text = Array("abcdefghijkz".utf8)
    let explanation = try TextExplanation(text, map, source: Tokenizer(from), target: Tokenizer(to))
    #expect(
      explanation.source.map(\.mark) == [
        .exact, .prefixShorter, .prefixLonger, .edit, .override, .retokenized, .unmatched,
      ])
    #expect(explanation.source.map { $0.targets.map(\.id) } == [[0], [1], [2], [2], [4], [5, 4], []])
    #expect(explanation.source[5].targets.map(\.piece) == ["j", "i"])
    #expect(explanation.target.map(\.token.piece) == ["ab", "c", "de", "fgh", "i", "j"])
    // "fgh" begins in "f" and covers "gh".
    #expect(explanation.source.map(\.own) == [0..<1, 1..<3, 3..<4, 4..<4, 4..<5, 5..<6, 6..<6])
    #expect(explanation.sourceDropped == [11..<12])
    #expect(explanation.targetDropped == [10..<12])
  }

  @Test func everyOwnTokenIsShownOnce() throws {
    let demo = RealData.checkout + "/Vocabs/demo/"
    let from = try TokenizerLoader.load(demo + "harbor")
    let to = try TokenizerLoader.load(demo + "meadow")
    let map = try TokenMap.aligning(from, to: to)
    for text in ["the harbour  lay\tquiet 日本語 👍 हिन्दी <|end|>", "<|end|>", "", " ", "漢"] {
      for parsesSpecial in [false, true] {
        let explanation = try TextExplanation(
          Array(text.utf8), map, source: Tokenizer(from), target: Tokenizer(to),
          parsesSpecial: parsesSpecial)
        var next = 0
        for token in explanation.source {
          #expect(token.own.lowerBound == next)
          next = token.own.upperBound
          #expect((token.mark == .unmatched) == !map.isMatched(token.token.id))
        }
        #expect(next == explanation.target.count || explanation.source.isEmpty)
        let ids = try Tokenizer(from).encode(
          text, options: EncodingOptions(addsSpecial: false, parsesSpecial: parsesSpecial))
        #expect(explanation.source.map(\.token.id) == ids)
      }
    }
  }
}
