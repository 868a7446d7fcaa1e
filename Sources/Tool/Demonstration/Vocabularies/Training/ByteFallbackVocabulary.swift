/// A vocabulary in the manner of SentencePiece BPE with byte fallback: `▁` for a space, 256 byte tokens.
struct ByteFallbackVocabulary {
  /// The tokens by id, as they are spelled.
  let pieces: [[UInt8]]
  /// The merges as ids, in the order of their rank.
  let merges: [PairTrainer.Merge]

  /// Trains a vocabulary.
  ///
  /// Ids are in SentencePiece's order: control tokens, bytes, merged pieces by rank, single characters by frequency.
  /// A line feed gets no piece, so that it is spelled `<0x0A>`; digits stay alone.
  ///
  /// - Parameters:
  ///   - corpus: The text.
  ///   - tokenCount: How many tokens there are in the end, the turn markers not counted.
  ///   - control: The tokens with the first ids.
  ///   - addsSpace: Whether a line is taken to begin with a space.
  ///   - splitsDigits: Whether digits stay alone.
  init(
    corpus: DemoCorpus, tokenCount: Int, control: [String], addsSpace: Bool = true, splitsDigits: Bool = true
  ) {
    var counter = WordCounter()
    for paragraph in corpus.paragraphs {
      for line in paragraph.split(separator: "\n") {
        let text = Substring(addsSpace ? " " + String(line) : String(line))
        for word in Self.words(of: text.unicodeScalars, splitsDigits: splitsDigits) {
          counter.add(Array(word.utf8))
        }
      }
    }
    let counted = counter.sorted()
    let characters = Self.charactersByFrequency(counted)
    let idOfCharacter = Dictionary(uniqueKeysWithValues: characters.enumerated().map { ($1, Int32($0)) })
    let words = counted.map { word, count in
      (String(decoding: word, as: UTF8.self).unicodeScalars.compactMap { idOfCharacter[$0] }, count)
    }
    var trainer = PairTrainer(
      pieces: characters.map { Array(String($0).utf8) }, words: words, maximumLength: 16)
    let fixed = control.map { Array($0.utf8) } + (0..<256).map { Self.bytePiece(UInt8($0)) }
    trainer.train(pieceLimit: tokenCount - fixed.count)

    let merged = trainer.pieces[characters.count...]
    pieces = fixed + merged + trainer.pieces[..<characters.count]
    let firstMerged = Int32(fixed.count)
    let firstCharacter = firstMerged + Int32(merged.count)
    let characterCount = Int32(characters.count)
    func final(_ id: Int32) -> Int32 {
      id < characterCount ? firstCharacter + id : firstMerged + id - characterCount
    }
    merges = trainer.merges.map {
      PairTrainer.Merge(left: final($0.left), right: final($0.right), result: final($0.result))
    }
  }

  private static func bytePiece(_ byte: UInt8) -> [UInt8] {
    let digits = String(byte, radix: 16, uppercase: true)
    return Array((digits.utf8.count < 2 ? "<0x0\(digits)>" : "<0x\(digits)>").utf8)
  }

  private static func charactersByFrequency(_ words: [(word: [UInt8], count: Int)]) -> [Unicode.Scalar] {
    var counts: [Unicode.Scalar: Int] = [:]
    for (word, count) in words {
      for scalar in String(decoding: word, as: UTF8.self).unicodeScalars {
        counts[scalar, default: 0] += count
      }
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }

  /// Cuts a line where the kind of character changes; a space goes to the word after it, further spaces stand alone.
  private static func words(of line: Substring.UnicodeScalarView, splitsDigits: Bool) -> [String] {
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var kind = CharacterKind.space
    func end() {
      if !word.isEmpty { words.append(String(word)) }
      word.removeAll()
    }
    for scalar in line {
      let next = CharacterKind(scalar)
      if next == .space {
        if kind != .space { end() }
        word.append("▁")
      } else {
        if kind == .space, word.count > 1 {
          word.removeLast()
          end()
          word.append("▁")
        } else if kind != .space, next != kind || (next == .digit && splitsDigits) {
          end()
        }
        word.append(scalar)
      }
      kind = next
    }
    end()
    return words
  }
}
