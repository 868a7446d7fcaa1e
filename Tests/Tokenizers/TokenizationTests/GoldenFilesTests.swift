import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

/// llama.cpp's golden files: texts, and the ids that the models' own libraries give.
@Suite struct GoldenFilesTests {
  static let families = [
    "bert-bge", "command-r", "deepseek-coder", "deepseek-llm", "falcon", "gemma-4", "gpt-2", "llama-bpe",
    "llama-spm",
    "mpt", "phi-3", "qwen2", "qwen35", "refact", "starcoder",
  ]

  @Test(
    .enabled(if: RealData.has("gguf/ggml-vocab-gpt-2.gguf.inp"), "fetch it with Vocabs/fetch"),
    arguments: families)
  func everyLineIsEqual(family: String) throws {
    let path = RealData.path("gguf/ggml-vocab-\(family).gguf")
    let tokenizer = try Tokenizer(try TokenizerLoader.load(path))
    let inputs = Self.texts(try readFile(path + ".inp"))
    let expected = try readFile(path + ".out").split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(inputs.count > 40)
    #expect(expected.count == inputs.count + 1)
    for (index, text) in inputs.enumerated() {
      let wanted = expected[index].split(separator: 0x20).compactMap {
        Int32(String(decoding: $0, as: UTF8.self))
      }
      let ids = try tokenizer.encode(text)
      #expect(
        ids == wanted, "\(family), text \(index): \(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }

  /// The parts between the lines that separate them.
  static func texts(_ file: [UInt8]) -> [[UInt8]] {
    let separator = Array("\n__ggml_vocab_test__\n".utf8)
    var texts: [[UInt8]] = []
    var start = 0
    var place = 0
    while place + separator.count <= file.count {
      if file[place] == 0x0A, file[place..<place + separator.count].elementsEqual(separator) {
        texts.append(Array(file[start..<place]))
        place += separator.count
        start = place
      } else {
        place += 1
      }
    }
    if start < file.count { texts.append(Array(file[start...])) }
    return texts
  }
}
