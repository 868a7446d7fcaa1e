import CMCVocabulary

/// A vocabulary in the manner of GPT-2: the 256 bytes as characters of its table, and pieces merged of them.
struct ByteLevelVocabulary {
  /// The tokens by id, as they are spelled.
  let pieces: [[UInt8]]
  /// The merges as ids, in the order of their rank.
  let merges: [PairTrainer.Merge]

  /// Trains a vocabulary.
  ///
  /// - Parameters:
  ///   - corpus: The text.
  ///   - tokenCount: How many tokens there are in the end, the special ones not counted.
  init(corpus: DemoCorpus, tokenCount: Int) {
    // GPT-2 numbers the bytes in the order of their characters.
    let scalars = ByteLevelAlphabet.scalars
    let bytes = (0..<256).sorted { scalars[$0].value < scalars[$1].value }
    var idOfByte = [Int32](repeating: 0, count: 256)
    for (id, byte) in bytes.enumerated() { idOfByte[byte] = Int32(id) }

    var counter = WordCounter()
    for paragraph in corpus.paragraphs {
      for word in GPT2Words(paragraph) { counter.add(Array(word.utf8)) }
    }
    var trainer = PairTrainer(
      pieces: bytes.map { Array(String(scalars[$0]).utf8) },
      words: counter.sorted().map { word, count in (word.map { idOfByte[Int($0)] }, count) },
      maximumLength: 24)
    trainer.train(pieceLimit: tokenCount)
    pieces = trainer.pieces
    merges = trainer.merges
  }
}
