import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary

/// Text of every sort for comparisons with the original libraries: the same bytes for the same seed, everywhere.
///
/// Real words of well over 60 languages come from the pieces of a large multilingual vocabulary; the rest is drawn from
/// ranges of characters: scripts, emoji, white space, control characters, code, numbers, and bytes that are no UTF-8.
package struct MixedCorpus: Sendable {
  /// The seed of the committed digests.
  package static let seed: UInt64 = 2024
  /// The vocabulary whose pieces are the words, below `Vocabs/real`.
  package static let wordSource = "gguf/ggml-vocab-gemma-4.gguf"

  /// The texts: 90 of about 64 KB, then 10 000 short ones.
  package let records: [[UInt8]]

  /// Generates the texts.
  ///
  /// - Throws: What reading the vocabulary throws.
  package init(seed: UInt64 = MixedCorpus.seed) throws {
    let vocabulary = try TokenizerLoader.load(RealData.path(Self.wordSource)).vocabulary
    var writer = MixedTextWriter(words: vocabulary, seed: seed)
    var records = (0..<90).map { writer.text(bytes: 64 << 10, style: $0) }
    for index in 0..<10_000 { records.append(writer.text(bytes: 1 + writer.random.below(120), style: index)) }
    self.records = records
  }

  /// The texts as one file: for each its length (four bytes, little-endian) and its bytes.
  package var file: [UInt8] {
    var bytes: [UInt8] = []
    for record in records {
      let count = UInt32(record.count)
      bytes += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: count >> $0) }
      bytes += record
    }
    return bytes
  }
}

/// Draws text.
private struct MixedTextWriter {
  private let words: ByteTable
  private let wordRows: [Int]
  var random: SeededGenerator
  private var output: [UInt8] = []

  init(words vocabulary: Vocabulary, seed: UInt64) {
    words = vocabulary.canonical
    wordRows = (0..<vocabulary.idLimit).filter { vocabulary.kinds[$0] == .text }
    random = SeededGenerator(seed: seed)
  }

  /// A text of about so many bytes; the style says what it is mostly made of.
  mutating func text(bytes: Int, style: Int) -> [UInt8] {
    output = []
    while output.count < bytes {
      // Half of each text is of its own sort, the rest a mixture.
      let sort = random.below(2) == 0 ? style % 9 : random.below(12)
      switch sort {
      case 0, 1, 2: prose(1 + random.below(24))
      case 3: script()
      case 4: code()
      case 5: number()
      case 6: emoji()
      case 7: whiteSpace()
      case 8: scalars(1 + random.below(12))
      case 9: contraction()
      case 10: control()
      default: if random.below(4) == 0 { malformed() } else { prose(3) }
      }
    }
    return output
  }

  private mutating func put(_ text: String) { output += Array(text.utf8) }

  private mutating func put(_ value: Int) {
    if let scalar = Unicode.Scalar(UInt32(value)) { put(String(scalar)) }
  }

  private mutating func pick(_ choices: [String]) -> String { choices[random.below(choices.count)] }

  private mutating func prose(_ count: Int) {
    for _ in 0..<count {
      output += words[wordRows[random.below(wordRows.count)]]
      switch random.below(8) {
      case 0:
        put(pick([". ", ", ", "! ", "? ", "; ", ": ", " – ", "…", "。", "、", "؟ ", "\n", "\n\n", "\r\n"]))
      case 1: break
      default: put(" ")
      }
    }
  }

  /// The first and last letters of 64 scripts, those of Asia and Africa that vocabularies know least among them.
  private static let scripts: [ClosedRange<Int>] = [
    0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x250...0x2AF, 0x370...0x3FF, 0x400...0x52F, 0x531...0x586,
    0x5D0...0x5EA,
    0x620...0x64A, 0x710...0x72F, 0x780...0x7A5, 0x7CA...0x7EA, 0x800...0x815, 0x840...0x858, 0x905...0x939,
    0x985...0x9B9, 0xA05...0xA39, 0xA85...0xAB9, 0xB05...0xB39, 0xB85...0xBB9, 0xC05...0xC39, 0xC85...0xCB9,
    0xD05...0xD39, 0xD85...0xDC6, 0xE01...0xE3A, 0xE81...0xEB0, 0xF40...0xF6C, 0x1000...0x103F,
    0x10A0...0x10FF,
    0x1100...0x11FF, 0x1200...0x137C, 0x13A0...0x13F5, 0x1401...0x166C, 0x1681...0x169A, 0x16A0...0x16EA,
    0x1700...0x1711, 0x1780...0x17B3, 0x1820...0x1878, 0x1900...0x191E, 0x1950...0x1974, 0x1980...0x19AB,
    0x1A00...0x1A16, 0x1B05...0x1B33, 0x1C00...0x1C23, 0x1C5A...0x1C7D, 0x1E00...0x1EFF, 0x1F00...0x1FFC,
    0x2C00...0x2C5F, 0x2C80...0x2CE4, 0x2D30...0x2D67, 0x3041...0x3096, 0x30A1...0x30FA, 0x3105...0x312F,
    0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA48C, 0xA4D0...0xA4FD, 0xA500...0xA60B, 0xA840...0xA873,
    0xAC00...0xD7A3, 0xFB50...0xFDFB, 0xFF21...0xFF5A, 0x10400...0x1044F, 0x1E900...0x1E943,
    0x20000...0x2A6DF,
  ]

  private mutating func script() {
    let range = Self.scripts[random.below(Self.scripts.count)]
    for _ in 0..<1 + random.below(6) {
      for _ in 0..<1 + random.below(9) {
        put(range.lowerBound + random.below(range.count))
        if random.below(12) == 0 { put(0x300 + random.below(0x70)) }
      }
      put(" ")
    }
  }

  private mutating func code() {
    let indent = String(repeating: random.below(3) == 0 ? "\t" : "    ", count: random.below(5))
    put(indent)
    put(
      pick([
        "def f(x, *args):\n", "return self._value[i+1] != 0x7fFF;\n", "if (a && b || !c) {\n", "}\n",
        "// TODO: naïve\n",
        "<div class=\"row\">&nbsp;</div>\n", "SELECT * FROM t WHERE id='1';\n",
        "let x: Vec<u8> = vec![0; 256];\n",
        "https://example.org/a/b?c=d&e=%20f#g\n", "camelCaseName snake_case_name SCREAMING_CASE kebab-case\n",
        "<|im_start|>user\n", "<s>[INST] <<SYS>>\n", "</s>", "<|endoftext|>", "<unk>", "<0x0A>",
        "[UNK] [CLS]", "{{{{}}}}",
        "\\n\\t\\\"", "#include <stdio.h>\r\n", "1.0e-10f,", "a=b;c=d;", "{\"k\": [1, 2.5, null]}\n",
        "$$\\frac{1}{2}$$\n",
      ]))
  }

  private mutating func number() {
    switch random.below(4) {
    case 0: put("\(random.below(10_000_000)) ")
    case 1: put("\(random.below(1000)).\(random.below(1000))")
    case 2: for _ in 0..<1 + random.below(20) { put("\(random.below(10))") }
    default:
      let zero = [0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE, 0x2160, 0xB2, 0x2460][random.below(8)]
      for _ in 0..<1 + random.below(6) { put(zero + random.below(8)) }
    }
  }

  private mutating func emoji() {
    switch random.below(4) {
    case 0: put(pick(["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇯🇵", "❤️", "1️⃣", "🧑🏿‍🚀", "🫠"]))
    case 1: put(0x1F300 + random.below(0x300))
    case 2: put(0x2600 + random.below(0x1BF))
    default: put(0x1F900 + random.below(0x1FF))
    }
  }

  private mutating func whiteSpace() {
    let choices = [
      " ", "  ", "   ", "        ", "\t", "\t\t", "\n", "\n\n\n", "\r\n", "\r", " \n", "\n ", "\u{A0}",
      "\u{3000}", "\u{2003}",
      "\u{2028}", "\u{85}", "\u{B}", "\u{C}", "\u{200B}", "\u{FEFF}", "\u{180E}", "\u{202F}", "\u{1680}",
    ]
    for _ in 0..<1 + random.below(4) { put(pick(choices)) }
  }

  /// Any characters at all.
  private mutating func scalars(_ count: Int) {
    for _ in 0..<count {
      switch random.below(4) {
      case 0: put(random.below(0x110000))
      case 1: put(random.below(0x20000))
      case 2: put(random.below(0x3000))
      default: put(0x2580 + random.below(8))
      }
    }
  }

  private mutating func contraction() {
    put(
      pick([
        "don't", "I'M", "we'Ve", "it's", "'S", "'ſ", "they'll", "he'D ", "you're", "y'all", "'tis", "l'été",
        "’s",
      ]))
  }

  private mutating func control() {
    for _ in 0..<1 + random.below(3) {
      put(random.below(2) == 0 ? random.below(0x20) : 0x7F + random.below(0x21))
    }
  }

  private mutating func malformed() {
    let choices: [[UInt8]] = [
      [0xFF], [0x80], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xE2, 0x28, 0xA1], [0xFE, 0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ]
    output += choices[random.below(choices.count)]
  }
}
