/// The two vocabularies of the closed loop: `one`, that of the template and the delta models, is a byte-level BPE; `two`,
/// that of the second user model, has `▁` for a space and falls back to bytes.
///
/// Each learns from one half of the training names. Both leave digits together. Before words in Greek, Hebrew and
/// Katakana the text for `one` has no spaces, so such a word with its space is one token in `two` and none in `one`.
package enum ClosedLoopVocabularies {
  /// The tokens of `one`, its four markers not counted.
  ///
  /// So few that more than one token in twenty of an answer in `two` is none of its own: it is reached by a prefix, or not
  /// at all.
  static let oneTokens = 1296
  /// The tokens of `two`, its markers counted.
  ///
  /// Not many more: whole names of the training text would become tokens, each of them a rival of its own first syllable,
  /// whose logit both get from a map by prefixes.
  static let twoTokens = 1800
  /// The documents that each learns from.
  static let documents = 12_000

  /// Trains both and gives their files; the same bytes every time.
  ///
  /// - Parameter worldSeed: Decides the names.
  package static func generate(worldSeed: UInt64) -> [DemoFile] {
    let one = ByteLevelVocabulary(
      corpus: corpus(worldSeed: worldSeed, half: 0).withoutSpacesBeforeOtherScripts, tokenCount: oneTokens)
    let two = ByteFallbackVocabulary(
      corpus: corpus(worldSeed: worldSeed, half: 1), tokenCount: twoTokens,
      control: ClosedLoopFiles.twoControl,
      addsSpace: false, splitsDigits: false)
    return ClosedLoopFiles.one(one) + ClosedLoopFiles.two(two)
  }

  private static func corpus(worldSeed: UInt64, half: Int) -> DemoCorpus {
    var text = ClosedLoopText(
      worldSeed: worldSeed, seed: worldSeed &+ 1000 &+ UInt64(half), part: .half(half))
    // A tenth of the documents are of the two tasks, so that their frames are not spelled byte by byte.
    return DemoCorpus(
      paragraphs: (0..<documents).flatMap { index -> [String] in
        let record = index % 20 == 0 ? text.taskA() : index % 20 == 1 ? text.taskB() : text.document()
        return record.turns.isEmpty ? [record.text] : record.turns.flatMap { [$0.prompt, $0.response] }
      })
  }
}

extension DemoCorpus {
  /// The same with a line feed in place of a space before a word in Greek, Hebrew or Katakana.
  fileprivate var withoutSpacesBeforeOtherScripts: DemoCorpus {
    DemoCorpus(
      paragraphs: paragraphs.map { text in
        var scalars = Array(text.unicodeScalars)
        for index in scalars.indices.dropLast() where scalars[index] == " " {
          switch scalars[index + 1].value {
          case 0x370...0x3FF, 0x590...0x5FF, 0x30A0...0x30FF: scalars[index] = "\n"
          default: break
          }
        }
        var out = String.UnicodeScalarView()
        out.append(contentsOf: scalars)
        return String(out)
      })
  }
}
