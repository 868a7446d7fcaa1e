import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

/// One vocabulary in two containers: equal canonical tokens, and where they are not, exactly where and why.
@Suite(.enabled(if: RealData.has("gguf/ggml-vocab-gpt-2.gguf"), "run Vocabs/fetch"))
struct SameVocabularyTests {
  private func gguf(_ name: String) throws -> TokenizerDescription {
    var read = try readReal(RealData.path("gguf/ggml-vocab-\(name).gguf"), GGUFTokenizerReader.read)
    KnownFamilies.apply(to: &read)
    return read
  }

  /// The ids whose bytes or kind differ, or that only one of the two has.
  private func differences(_ a: Vocabulary, _ b: Vocabulary) -> [Int] {
    (0..<max(a.idLimit, b.idLimit)).filter { id in
      guard id < a.idLimit, id < b.idLimit else { return true }
      return a.kinds[id] != b.kinds[id] || a.canonical[id] != b.canonical[id]
    }
  }

  @Test func llama2() throws {
    let json = try TokenizerLoader.load(RealData.path("llama-2"))
    let gguf = try gguf("llama-spm")
    #expect(json.vocabulary.fingerprint == gguf.vocabulary.fingerprint)
    #expect(json.family == gguf.family)
  }

  @Test func llama3() throws {
    let tiktoken = try TokenizerLoader.load(RealData.path("llama-3"))
    let gguf = try gguf("llama-bpe")
    // The GGUF is Llama 3.0; 3.1 gave names to reserved tokens, and numbered the remaining ones anew.
    let same = [128_000, 128_001, 128_002, 128_003, 128_006, 128_007, 128_009]
    let different = (128_000..<128_256).filter { !same.contains($0) }
    #expect(differences(tiktoken.vocabulary, gguf.vocabulary) == different)
    #expect(gguf.vocabulary.text(128_004) == "<|reserved_special_token_2|>")
    #expect(tiktoken.vocabulary.text(128_004) == "<|finetune_right_pad_id|>")
    #expect(gguf.vocabulary.kinds == tiktoken.vocabulary.kinds)
    #expect(tiktoken.family == gguf.family)
  }

  @Test func qwen() throws {
    let tiktoken = try TokenizerLoader.load(RealData.path("qwen"))
    let gguf = try gguf("qwen2")
    // Qwen 2 dropped the 205 spare tokens of the first version.
    #expect(differences(tiktoken.vocabulary, gguf.vocabulary) == Array(151_646..<151_851))
    #expect(tiktoken.vocabulary.text(151_646) == "<|extra_0|>")
    #expect(tiktoken.family == gguf.family)
  }

  @Test func gpt2IsTheBeginningOfP50k() throws {
    let tiktoken = try TokenizerLoader.load(RealData.path("p50k"))
    let gguf = try gguf("gpt-2")
    // p50k adds runs of spaces.
    #expect(differences(tiktoken.vocabulary, gguf.vocabulary) == Array(50257..<50281))
    #expect(tiktoken.vocabulary.text(50257) == "  ")
    #expect(tiktoken.family == "p50k")
    #expect(gguf.family == "gpt-2")
  }

  @Test func gptNeoXAndMPT() throws {
    #expect(try gguf("gpt-neox").vocabulary.fingerprint == gguf("mpt").vocabulary.fingerprint)
  }
}
