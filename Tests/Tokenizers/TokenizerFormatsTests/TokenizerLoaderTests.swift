import CMCModelFiles
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct TokenizerLoaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    ("tokenizer.json", "", "is an empty file, not a tokenizer"),
    (
      "tokenizer.json", "version https://git-lfs.github.com/spec/v1\n",
      "is a git-lfs pointer, not a tokenizer"
    ),
    ("tokenizer.json", "<!doctype html>", "is a web page, not a tokenizer"),
    ("tokenizer.json", #"{"source":{},"target":{},"ids":[]}"#, "is a token map, not a tokenizer"),
    ("tokenizer.json", #"{"model_type":"llama"}"#, "is a configuration, not a tokenizer"),
    ("tokenizer.json", #"{"model":"#, "is not valid JSON"),
    ("merges.txt", "#version: 0.2\na b\n", "is a list of merges, not a tokenizer"),
    ("vocab.txt", "some prose here\n", "is of no tokenizer format"),
    ("words.json", "x\ny\n", "is of no tokenizer format"),
    ("vocab.json", #"{"a":0}"#, "needs the merges.txt that belongs to it"),
  ])
  func `what is no tokenizer is called by its name`(_ name: String, _ text: String, _ wanted: String) throws {
    let path = try folder.write("m/\(name)", text)
    do {
      _ = try TokenizerLoader.load(path)
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains(wanted), "\(error)")
      #expect("\(error)".hasPrefix(path))
    }
  }

  @Test func `content decides, not the name`() throws {
    let path = try folder.write("m/strange.bin", "[PAD]\n[UNK]\nword\n##s\n")
    let description = try TokenizerLoader.load(path)
    #expect(description.format == .wordPieceText)
    #expect(description.name == "strange")
    #expect(description.files == [path])
  }

  @Test func `vocabulary and merges of a folder`() throws {
    try folder.write("gpt/vocab.json", #"{"a":0,"b":1,"ab":2,"<end>":3}"#)
    try folder.write("gpt/merges.txt", "#version: 0.2\na b\n")
    try folder.write("gpt/tokenizer_config.json", #"{"eos_token":"<end>"}"#)
    let description = try TokenizerLoader.load(folder.path("gpt"))
    #expect(description.format == .vocabAndMerges)
    #expect(description.name == "gpt")
    #expect(description.vocabulary.kind(3) == .special)
    #expect(description.vocabulary.ids(of: .eos) == [3])
    #expect(description.files.count == 3)
  }

  @Test func `a folder or nothing where a file belongs`() throws {
    try makeDirectory(folder.path("empty"))
    #expect(throws: ModelLocationError.noTokenizer(directory: folder.path("empty"), found: [], id: nil)) {
      try TokenizerLoader.load(folder.path("empty"))
    }
    #expect(throws: ModelLocationError.notFound(path: folder.path("gone"), similar: nil)) {
      try TokenizerLoader.load(folder.path("gone"))
    }
    try folder.write("m/tokenizer.json", #"{"model":{"vocab":{"a":0}}}"#)
    try makeDirectory(folder.path("m/config.json"))
    #expect(throws: FileError.self) { try TokenizerLoader.load(folder.path("m")) }
  }

  @Test func `names given by known names come last`() throws {
    try folder.write(
      "m/tokenizer.json",
      #"{"added_tokens":[{"id":1,"content":"</s>","special":true},{"id":2,"content":"<end>","special":true}],"#
        + #""model":{"vocab":{"a":0}}}"#)
    #expect(try TokenizerLoader.load(folder.path("m")).vocabulary.ids(of: .eos) == [1])
    try folder.write("m/config.json", #"{"eos_token_id":2}"#)
    #expect(try TokenizerLoader.load(folder.path("m")).vocabulary.ids(of: .eos) == [2])
  }
}

/// Every real tokenizer through the one entry, without a note and with the counts that are published for it.
@Suite struct RealTokenizersTests {
  @Test(
    .enabled(if: RealData.has("gguf/ggml-vocab-gpt-2.gguf"), "run Vocabs/fetch"),
    arguments: [
      ("mistral-7b-v0.1", TokenizerFormat.sentencePiece, 32000), ("mistral-v3", .sentencePiece, 32768),
      ("jurassic-2", .sentencePiece, 262_144), ("llama-3", .tiktoken, 128_256), ("rwkv-world", .rwkv, 65530),
      ("gguf/ggml-vocab-gpt-2.gguf", .gguf, 50257), ("gguf/ggml-vocab-gemma-4.gguf", .gguf, 262_144),
      ("gguf/ggml-vocab-bert-bge.gguf", .gguf, 30522),
    ])
  func loads(_ path: String, _ format: TokenizerFormat, _ limit: Int) throws {
    let description = try TokenizerLoader.load(RealData.path(path))
    #expect(description.format == format)
    #expect(description.vocabulary.idLimit == limit)
  }
}
