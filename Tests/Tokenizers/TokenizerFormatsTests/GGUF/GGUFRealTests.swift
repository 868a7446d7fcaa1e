import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

/// The vocabulary-only files of DATA; counts as the gguf package for Python gives them.
@Suite(.enabled(if: RealData.has("gguf/ggml-vocab-gpt-2.gguf"), "run Vocabs/fetch"))
struct GGUFRealTests {
  struct Expected: Sendable {
    let file: String
    let tokens: Int
    let rows: Int
    let special: Int
    var bytes = 0
    /// nil where the algorithm has none.
    var merges: Int?
    let family: String
  }

  static let files = [
    Expected(file: "aquila", tokens: 100_008, rows: 100_008, special: 8, merges: 99743, family: "aquila"),
    Expected(file: "baichuan", tokens: 64000, rows: 64000, special: 3, bytes: 256, family: "baichuan"),
    Expected(file: "bert-bge", tokens: 30522, rows: 30522, special: 5, family: "bert-uncased"),
    Expected(
      file: "command-r", tokens: 255_029, rows: 256_000, special: 9, merges: 253_333, family: "command-r"),
    Expected(
      file: "deepseek-coder", tokens: 32022, rows: 32256, special: 2, merges: 31757, family: "deepseek-coder"),
    Expected(
      file: "deepseek-llm", tokens: 100_015, rows: 102_400, special: 2, merges: 99757, family: "deepseek-llm"),
    Expected(file: "falcon", tokens: 65024, rows: 65024, special: 12, merges: 64784, family: "falcon"),
    Expected(
      file: "gemma-4", tokens: 262_144, rows: 262_144, special: 17, bytes: 256, merges: 514_906,
      family: "gemma-4"),
    Expected(file: "gpt-2", tokens: 50257, rows: 50257, special: 1, merges: 50000, family: "gpt-2"),
    Expected(file: "gpt-neox", tokens: 50277, rows: 50432, special: 2, merges: 50009, family: "gpt-neox"),
    Expected(
      file: "llama-bpe", tokens: 128_256, rows: 128_256, special: 256, merges: 280_147, family: "llama-3"),
    Expected(file: "llama-spm", tokens: 32000, rows: 32000, special: 3, bytes: 256, family: "llama-2"),
    Expected(file: "mpt", tokens: 50277, rows: 50432, special: 2, merges: 50009, family: "gpt-neox"),
    Expected(file: "nomic-bert-moe", tokens: 250_002, rows: 250_048, special: 5, family: "xlm-roberta"),
    Expected(file: "phi-3", tokens: 32011, rows: 32064, special: 13, bytes: 256, family: "phi-3"),
    Expected(file: "qwen2", tokens: 151_646, rows: 151_936, special: 3, merges: 151_387, family: "qwen"),
    Expected(file: "qwen35", tokens: 151_646, rows: 151_936, special: 3, merges: 151_387, family: "qwen"),
    Expected(file: "refact", tokens: 49152, rows: 49216, special: 19, merges: 48891, family: "refact"),
    Expected(file: "starcoder", tokens: 49152, rows: 49152, special: 38, merges: 48872, family: "starcoder2"),
  ]

  @Test(arguments: files)
  func countsAndFamilies(_ expected: Expected) throws {
    var read = try readReal(
      RealData.path("gguf/ggml-vocab-\(expected.file).gguf"), GGUFTokenizerReader.read)
    KnownFamilies.apply(to: &read)
    #expect(read.vocabulary.tokenCount == expected.tokens)
    #expect(read.logitsWidth?.count == expected.rows)
    #expect(read.vocabulary.count(.special) == expected.special)
    #expect(read.vocabulary.count(.byte) == expected.bytes)
    #expect(read.family == expected.family)
    #expect(read.notes == [])
    if case .bpe(let model) = read.algorithm {
      #expect(model.merges.count == expected.merges)
    } else {
      #expect(expected.merges == nil)
    }
  }

  @Test func bertIsSpelledAsItsVocabTxt() throws {
    let vocabulary = try readReal(RealData.path("gguf/ggml-vocab-bert-bge.gguf"), GGUFTokenizerReader.read)
      .vocabulary
    #expect([1, 1010, 1996, 2015].map { vocabulary.piece($0) } == ["[unused0]", ",", "the", "##s"])
    #expect([1010, 1996, 2015].map { vocabulary.text($0) } == [" ,", " the", "s"])
    #expect(vocabulary.optionalSpaceIDs.contains(1010))
    #expect(vocabulary.ids(of: .cls) == [101])
    #expect(vocabulary.ids(of: .sep) == [102])
  }
}
