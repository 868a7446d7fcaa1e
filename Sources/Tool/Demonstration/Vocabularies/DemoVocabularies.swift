/// The two vocabularies of `Vocabs/demo`, trained from nothing on generated text.
///
/// `harbor` is in the manner of SentencePiece BPE with byte fallback, `meadow` a byte-level BPE. They share Latin,
/// Cyrillic, Arabic and Japanese; Greek is in `harbor` alone, Devanagari and Chinese in `meadow` alone, so that an
/// alignment meets every kind of token and every method.
package enum DemoVocabularies {
  /// The number of tokens of `harbor`, without its turn markers.
  static let harborTokens = 2400
  /// The number of tokens of `meadow`, without its special tokens.
  static let meadowTokens = 3600

  /// Trains both and gives their files in the order of their paths; the same bytes every time and on every machine.
  ///
  /// - Complexity: A second or two in release mode.
  package static func generate() -> [DemoFile] {
    let harbor = ByteFallbackVocabulary(
      corpus: harborCorpus, tokenCount: harborTokens, control: HarborFiles.control)
    let meadow = ByteLevelVocabulary(corpus: meadowCorpus, tokenCount: meadowTokens)
    let files = HarborFiles(vocabulary: harbor).files + MeadowFiles(vocabulary: meadow).files
    return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  static var harborCorpus: DemoCorpus {
    DemoCorpus(
      seed: 1,
      mixture: [
        (.prose(.english), 400), (.prose(.german), 150), (.prose(.russian), 200), (.prose(.greek), 80),
        (.prose(.arabic), 120), (.prose(.japanese), 100), (.names, 60), (.code, 80), (.figures, 60),
        (.chat, 60),
      ])
  }

  static var meadowCorpus: DemoCorpus {
    DemoCorpus(
      seed: 2,
      mixture: [
        (.prose(.english), 450), (.prose(.french), 150), (.prose(.russian), 150), (.prose(.hindi), 120),
        (.prose(.arabic), 100), (.prose(.japanese), 120), (.prose(.chinese), 100), (.names, 60), (.code, 200),
        (.figures, 80), (.chat, 80),
      ])
  }
}
