/// The text that one demonstration vocabulary is trained on.
struct DemoCorpus: Sendable {
  /// The paragraphs, in the order they were written.
  let paragraphs: [String]

  /// A corpus of paragraphs that are there already.
  init(paragraphs: [String]) { self.paragraphs = paragraphs }

  /// Writes a corpus.
  ///
  /// - Parameters:
  ///   - seed: Decides every choice.
  ///   - mixture: How many paragraphs of each style.
  init(seed: UInt64, mixture: [(style: DemoTextStyle, paragraphs: Int)]) {
    var generator = DemoTextGenerator(seed: seed)
    paragraphs = mixture.flatMap { part in (0..<part.paragraphs).map { _ in generator.paragraph(part.style) }
    }
  }
}
