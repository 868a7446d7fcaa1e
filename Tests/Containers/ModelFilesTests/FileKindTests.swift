import CMCFastJSON
import CMCModelFiles
import CMCPrimitives
import TestSupport
import Testing

@Suite struct FileKindTests {
  private func kind(_ bytes: [UInt8]) throws -> FileKind {
    try bytes.withUnsafeBytes { try FileKind.detect($0) }
  }
  private func kind(_ text: String) throws -> FileKind { try kind(Array(text.utf8)) }

  @Test(arguments: [
    (#"{"version":"1.0","added_tokens":[],"model":{"vocab":{}}}"#, FileKind.tokenizerJSON),
    (#"{"config":{},"vocab":[]}"#, .tekkenJSON), (#"{"a":0,"model":1,"config":2}"#, .vocabularyJSON),
    (#"  {"version":1,"source":{},"target":{},"ids":[]}"#, .tokenMap),
    (#"{"model_type":"llama"}"#, .configurationJSON),
    (#"{"x":[]}"#, .otherJSON), ("[1,2]", .otherJSON), ("IQ== 0\nIg== 1\n", .tiktoken), ("IQ== 0", .tiktoken),
    ("1 '\\x00' 1\n2 b'\\xff' 1\n3 ' ' 1\n", .rwkv), ("[PAD]\n[unused0]\nthe\n##ing\n", .vocabularyText),
    ("#version: 0.2\nĠ t\n", .merges), ("a b\nc d\n", .merges), ("<!DOCTYPE html><html>", .html),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", .gitLFSPointer), ("", .empty),
    ("This is prose, with spaces.\n", .unknown), ("<s>\n</s>\nword\n", .vocabularyText),
  ])
  func `texts`(_ text: String, _ wanted: FileKind) throws {
    #expect(try kind(text) == wanted)
  }

  @Test func `binary files`() throws {
    #expect(try kind(Array("GGUF".utf8) + [3, 0, 0, 0]) == .gguf)
    #expect(try kind([0x50, 0x4B, 3, 4, 0]) == .zip)
    #expect(try kind([0x80, 2, 0x8A]) == .pickle)
    #expect(try kind([0x1F, 0x8B, 8]) == .gzip)
    #expect(try kind([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}        ".utf8)) == .safetensors)
    // A header of 0x480 bytes: the length begins as a pickle does.
    let header = Array("{}".utf8) + [UInt8](repeating: 0x20, count: 0x480 - 2)
    #expect(try kind([0x80, 4, 0, 0, 0, 0, 0, 0] + header) == .safetensors)
    // A piece "<unk>" with score 0 and type 2.
    #expect(
      try kind([0x0A, 14, 0x0A, 5] + Array("<unk>".utf8) + [0x15, 0, 0, 0, 0, 0x18, 2]) == .sentencePiece)
    // Longest token 5, one token "<s>" with score 0.
    #expect(try kind([5, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0] + Array("<s>".utf8)) == .llama2c)
    #expect(try kind([0, 1, 2, 3, 4, 5]) == .unknown)
  }

  @Test func `JSON that is none is an error`() {
    #expect(throws: JSONError.self) { try kind(#"{"model":{"vocab":{"a":0"#) }
  }

  @Test func `no beginning of random bytes crashes`() throws {
    var generator = SeededGenerator(seed: 7)
    let starts: [UInt8] = [0x0A, 0x05, 0x47, 0x80, 0x7B]
    for _ in 0..<2000 {
      var bytes = (0..<generator.below(65)).map { _ in UInt8(generator.below(256)) }
      if !bytes.isEmpty { bytes[0] = starts[generator.below(starts.count)] }
      _ = try? kind(bytes)
    }
  }

  @Test(
    .enabled(if: RealData.has("llama-2/tokenizer.json"), "run Vocabs/fetch"),
    arguments: [
      ("llama-2/tokenizer.json", FileKind.tokenizerJSON), ("mistral-7b-v0.1/tokenizer.model", .sentencePiece),
      ("jurassic-2/tokenizer.model", .sentencePiece), ("llama-3/tokenizer.model", .tiktoken),
      ("cl100k/cl100k_base.tiktoken", .tiktoken), ("qwen/qwen.tiktoken", .tiktoken),
      ("rwkv-world/rwkv_vocab_v20230424.txt", .rwkv), ("gguf/ggml-vocab-gpt-2.gguf", .gguf),
      ("tekken-240718/tekken.json", .tekkenJSON),
    ])
  func `real files`(_ path: String, _ wanted: FileKind) throws {
    let found = try MappedFile(path: RealData.path(path)).withUnsafeBytes { try FileKind.detect($0) }
    #expect(found == wanted)
  }
}
