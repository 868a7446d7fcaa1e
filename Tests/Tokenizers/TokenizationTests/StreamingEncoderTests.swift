import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

/// Text encoded in parts against the same text encoded as a whole.
@Suite(.enabled(if: RealData.has(MixedCorpus.wordSource), "fetch it with Vocabs/fetch"))
struct StreamingEncoderTests {
  /// Tokenizers with each rule for cuts: words, composed words, spaces, white space, the trie; and two with none.
  static let files = [
    "cl100k/cl100k_base.tiktoken", "o200k/o200k_base.tiktoken", "llama-3/tokenizer.model",
    "qwen/qwen.tiktoken",
    "deepseek/tokenizer.json", "tekken-240718/tekken.json", "gguf/ggml-vocab-gpt-2.gguf",
    "gguf/ggml-vocab-deepseek-coder.gguf", "gguf/ggml-vocab-starcoder.gguf", "gguf/ggml-vocab-falcon.gguf",
    "llama-2/tokenizer.json", "mistral-7b-v0.1/tokenizer.model", "gguf/ggml-vocab-bert-bge.gguf",
    "rwkv-world/rwkv_vocab_v20230424.txt", "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf",
    "claude-legacy/tokenizer.json", "jurassic-2/tokenizer.model",
  ]

  static let texts: [[UInt8]] = {
    guard let corpus = try? MixedCorpus() else { return [] }
    // Characters that compose across a place that looks like a word's end, and added tokens, whole and in part.
    let traps = [
      "e\u{301}a\u{300} \u{301}x\u{212A}\u{327} K\u{327}\u{1100}\u{1161}\u{11A8} a\u{323}\u{302} ½\u{301}",
      "<|endoftext|>  <|endoftext|> a<|im_start|>user\n<|im_end|>  <|end", "   \n\n  \t x  \u{3000} y   ",
      "ab\r\n\r\n12345678 it's don't I'LL", "\u{2581}\u{2581} a \u{2581}b <unk><s> </s>",
    ]
    return corpus.records[..<12].map { Array($0.prefix(4000)) } + corpus.records[90..<150]
      + traps.map { Array($0.utf8) }
  }()

  @Test(arguments: files)
  func partsGiveTheTokensOfTheWhole(file: String) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    for (index, text) in Self.texts.enumerated() {
      for options in [
        EncodingOptions(), EncodingOptions(addsSpecial: true, parsesSpecial: true),
      ] {
        let whole = try tokenizer.encodeWithOffsets(text, options: options)
        for (window, step) in [(1, 1), (7, 3), (64, 50), (1000, 4096)] where step > 1 || text.count < 400 {
          var encoder = tokenizer.makeStreamingEncoder(options: options, tracksOffsets: true, window: window)
          var parts = Encoding()
          for start in stride(from: 0, to: text.count, by: step) {
            parts.add(try encoder.append(text[start..<min(text.count, start + step)]))
          }
          parts.add(try encoder.finish())
          try #require(parts.ids == whole.ids, "\(file), text \(index), window \(window), \(options)")
          try #require(parts.offsets == whole.offsets, "\(file), text \(index), window \(window), \(options)")
          try #require(parts.dropped == whole.dropped, "\(file), text \(index), window \(window), \(options)")
        }
      }
    }
  }

  /// What is held does not grow with the text: the tokens come out while it goes in.
  @Test(arguments: files.dropLast(2))
  func tokensComeWhileTextGoesIn(file: String) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    #expect(tokenizer.encodesInParts())
    var encoder = tokenizer.makeStreamingEncoder(window: 1000)
    var held = 0
    let line = Array("Plain words, 12 of them; then some more: naïve façade (end).\n".utf8)
    for _ in 0..<100 {
      let ids = try encoder.append(line).ids
      held = ids.isEmpty ? held + line.count : 0
      #expect(held <= 4000)
    }
  }

  @Test func offsetsOfErrorsAreThoseInTheWholeText() throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path("cl100k/cl100k_base.tiktoken")))
    let options = EncodingOptions(addsSpecial: false, parsesSpecial: false, invalid: .error)
    var encoder = tokenizer.makeStreamingEncoder(options: options, window: 10)
    let text = Array("some words and some more\n".utf8) + [0xFF] + Array(" end".utf8)
    #expect(throws: TokenizationError.invalidUTF8(offset: 25)) {
      _ = try encoder.append(text)
      _ = try encoder.finish()
    }
  }
}

extension Encoding {
  fileprivate mutating func add(_ other: Encoding) {
    ids += other.ids
    offsets += other.offsets
    for range in other.dropped {
      if let last = dropped.last, last.upperBound == range.lowerBound {
        dropped[dropped.count - 1] = last.lowerBound..<range.upperBound
      } else {
        dropped.append(range)
      }
    }
  }
}
