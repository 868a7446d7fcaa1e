import CMCTokenization
import CMCTokenizerFormats
import CMCVocabulary
import FuzzSupport

/// Tokenizers of every kind that are there: those of the repository, and real ones where they were fetched.
private let tokenizers: [(name: String, tokenizer: Tokenizer)] = {
  let files = [
    "demo/harbor", "demo/meadow", "real/mistral-7b-v0.1", "real/llama-2", "real/jurassic-2",
    "real/rwkv-world",
    "real/cl100k", "real/qwen", "real/deepseek", "real/gguf/ggml-vocab-bert-bge.gguf",
    "real/gguf/ggml-vocab-gpt-2.gguf", "real/gguf/ggml-vocab-falcon.gguf",
    "real/gguf/ggml-vocab-nomic-bert-moe.gguf",
  ]
  return files.compactMap { file in
    guard let description = try? TokenizerLoader.load("Vocabs/" + file),
      let tokenizer = try? Tokenizer(description)
    else { return nil }
    return (file, tokenizer)
  }
}()

/// Loads what ``fuzzEncode(_:_:)`` needs.
func loadTokenizers() { precondition(!tokenizers.isEmpty, "Vocabs/demo is missing") }

/// Encodes and decodes: the first byte chooses the tokenizer, the second the options, the rest is the text.
@Sendable func fuzzEncode(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  fuzzParser(start, count) { input in
    guard input.count >= 2, !tokenizers.isEmpty else { return }
    let (name, tokenizer) = tokenizers[Int(input[0]) % tokenizers.count]
    let flags = input[1]
    var options = EncodingOptions(addsSpecial: flags & 1 != 0, parsesSpecial: flags & 2 != 0)
    options.isContinuation = flags & 4 != 0
    let text = Array(input.dropFirst(2))
    try checkEncoding(of: text, by: tokenizer, options, name)
    let plain = EncodingOptions()
    if name == "real/cl100k" || name == "real/gguf/ggml-vocab-gpt-2.gguf" {
      let valid = Array(String(decoding: text, as: UTF8.self).utf8)
      require(
        try tokenizer.decode(tokenizer.encode(valid, options: plain)) == valid, "\(name) is no identity")
    }
  }
}

/// What must hold for every tokenizer and text.
func checkEncoding(
  of text: [UInt8], by tokenizer: Tokenizer, _ options: EncodingOptions, _ name: String
) throws {
  let ids = try tokenizer.encode(text, options: options)
  let encoding = try tokenizer.encodeWithOffsets(text, options: options)
  require(encoding.ids == ids, "\(name): other ids with offsets")
  require(encoding.offsets.count == ids.count, "\(name): \(encoding.offsets.count) offsets")
  for range in encoding.offsets { require(range.upperBound <= text.count, "\(name): \(range)") }
  let whole = try tokenizer.decode(ids, showsSpecial: true)
  var decoder = tokenizer.makeStreamingDecoder(showsSpecial: true)
  var streamed: [UInt8] = []
  for id in ids { streamed += try decoder.append(id) }
  streamed += try decoder.finish()
  require(streamed == whole, "\(name): streamed otherwise than whole")
}
