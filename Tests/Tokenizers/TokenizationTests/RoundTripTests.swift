import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import CMCUnicode
import CMCVocabulary
import TestSupport
import Testing

/// Text through a tokenizer and back: what each family promises.
@Suite(.enabled(if: RealData.has(MixedCorpus.wordSource), "fetch it with Vocabs/fetch"))
struct RoundTripTests {
  /// What comes back instead of the text.
  enum Change: Sendable {
    case nothing
    case composed
    case marksToSpaces

    func apply(_ text: String) -> String {
      switch self {
      case .nothing: text
      case .composed: RoundTripTests.composed(text)
      case .marksToSpaces:
        // Scalar by scalar: a mark with a combining character behind it is not a Character of its own.
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\u{2581}" ? " " : $0 }))
      }
    }
  }

  private static func composed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    bytes.withUnsafeBufferPointer { buffer in
      NormalizationForm.nfc.rewrite(buffer) {
        result += bytes[$0]
      } change: {
        result += $1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  static let families: [(file: String, change: Change)] = [
    ("gguf/ggml-vocab-gpt-2.gguf", .nothing), ("llama-3/tokenizer.model", .nothing),
    ("llama-4/tokenizer.model", .nothing), ("cl100k/cl100k_base.tiktoken", .nothing),
    ("o200k/o200k_base.tiktoken", .nothing), ("p50k/p50k_base.tiktoken", .nothing),
    ("tekken-240718/tekken.json", .nothing), ("tekken-240911/tekken.json", .nothing),
    ("deepseek/tokenizer.json", .nothing), ("rwkv-world/rwkv_vocab_v20230424.txt", .nothing),
    ("qwen/qwen.tiktoken", .composed), ("mistral-7b-v0.1/tokenizer.model", .marksToSpaces),
    ("llama-2/tokenizer.json", .marksToSpaces), ("gguf/ggml-vocab-llama-spm.gguf", .marksToSpaces),
  ]

  static let texts: [String] = {
    guard let corpus = try? MixedCorpus() else { return [] }
    return (corpus.records[..<9] + corpus.records[90..<2090]).map { String(decoding: $0, as: UTF8.self) }
  }()

  @Test(arguments: families)
  func textComesBack(file: String, change: Change) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    for text in Self.texts {
      let ids = try tokenizer.encode(text)
      let decoded = try tokenizer.decode(ids)
      try #require(decoded == Array(change.apply(text).utf8), "\(file): \(text.prefix(200).debugDescription)")
    }
  }

  /// Tokens one by one give the same text, in whole characters.
  @Test(arguments: families.map(\.file))
  func tokensOneByOneGiveTheSameText(file: String) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    for text in Self.texts[9..<400] {
      let ids = try tokenizer.encode(text)
      var decoder = tokenizer.makeStreamingDecoder()
      var bytes: [UInt8] = []
      for id in ids {
        let part = try decoder.append(id)
        try #require(isValidUTF8(part))
        bytes += part
      }
      bytes += try decoder.finish()
      let whole = try tokenizer.decode(ids)
      try #require(bytes == whole)
    }
  }

  /// Offsets ascend, lie within the text, and cover it but for what is stated as dropped.
  @Test(arguments: families)
  func offsetsCoverTheText(file: String, change: Change) throws {
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    for text in Self.texts[9..<400] {
      let bytes = Array(text.utf8)
      let encoding = try tokenizer.encodeWithOffsets(bytes)
      let ids = try tokenizer.encode(bytes)
      try #require(encoding.ids == ids)
      try #require(encoding.ids.count == encoding.offsets.count)
      var covered = [Bool](repeating: false, count: bytes.count)
      var last = 0
      for range in encoding.offsets {
        try #require(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        try #require(range.upperBound >= last)
        last = range.upperBound
        for place in range { covered[place] = true }
      }
      for range in encoding.dropped { for place in range { covered[place] = true } }
      try #require(covered.allSatisfy { $0 }, "\(file): \(text.prefix(200).debugDescription)")
    }
  }
}
