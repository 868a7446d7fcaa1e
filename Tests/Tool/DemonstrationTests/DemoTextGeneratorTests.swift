import CMCUnicode
import CMCVocabulary
import Testing

@testable import CMCDemonstration

@Suite struct DemoTextGeneratorTests {
  @Test func theSameSeedGivesTheSameText() {
    let styles: [DemoTextStyle] = [.prose(.english), .prose(.hindi), .names, .code, .figures, .chat]
    var first = DemoTextGenerator(seed: 7)
    var second = DemoTextGenerator(seed: 7)
    var other = DemoTextGenerator(seed: 8)
    for style in styles {
      let text = first.paragraph(style)
      #expect(text == second.paragraph(style))
      #expect(text != other.paragraph(style))
      #expect(text.hasSuffix("\n"))
    }
  }

  @Test func eachCorpusHasFourScriptsOrMore() {
    let common = ["Latin", "Cyrillic", "Arabic", "Hiragana", "Katakana", "Han"]
    let harbor = scripts(DemoVocabularies.harborCorpus)
    let meadow = scripts(DemoVocabularies.meadowCorpus)
    #expect(harbor.isSuperset(of: common + ["Greek"]) && !harbor.contains("Devanagari"))
    #expect(meadow.isSuperset(of: common + ["Devanagari"]) && !meadow.contains("Greek"))
  }

  @Test func aCorpusHasDigitsCodeEmojiAndRunsOfWhiteSpace() {
    for corpus in [DemoVocabularies.harborCorpus, DemoVocabularies.meadowCorpus] {
      let text = Array(corpus.paragraphs.joined().utf8)
      for part in ["0", "func ", " {\n        ", "\t", "\n\n", "👍", "\u{200D}", "€"] {
        let isThere = text.firstRange(of: Array(part.utf8)) != nil
        #expect(isThere, "\(part.debugDescription)")
      }
    }
  }

  private func scripts(_ corpus: DemoCorpus) -> Set<String> {
    var found: Set<UnicodeScript> = []
    for scalar in corpus.paragraphs.joined().unicodeScalars { found.insert(UnicodeScript.of(scalar)) }
    return Set(found.map(\.name))
  }
}
