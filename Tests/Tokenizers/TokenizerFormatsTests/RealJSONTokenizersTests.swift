import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct RealJSONTokenizersTests {
  @Test(.enabled(if: RealData.has("llama-2/tokenizer.json"), "run Vocabs/fetch"))
  func `llama 2`() throws {
    let description = try TokenizerLoader.load(RealData.path("llama-2/tokenizer.json"))
    let vocabulary = description.vocabulary
    #expect(description.name == "llama-2")
    #expect(vocabulary.tokenCount == 32000)
    #expect(vocabulary.idLimit == 32000)
    #expect(vocabulary.kinds.count { $0 == .byte } == 256)
    #expect(vocabulary.kinds.count { $0 == .special } == 3)
    #expect(vocabulary.ids(of: .unk) == [0])
    #expect(vocabulary.ids(of: .bos) == [1])
    #expect(vocabulary.canonical[13] == [0x0A])
    #expect(vocabulary.kind(13) == .byte)
    #expect(vocabulary.canonical[278].elementsEqual(" the".utf8))
    #expect(description.notes == [])
    guard case .bpe(let model) = description.algorithm else {
      Issue.record("\(description.algorithm.name)")
      return
    }
    #expect(model.merges.count == 61249)
    #expect(model.byteFallback && model.fusesUnknown && model.unknown == 0)
    #expect(description.normalizers == [.prepend("▁"), .replace(.literal(" "), with: "▁")])
    #expect(
      description.decoders == [
        .replace(.literal("▁"), with: " "), .byteFallback, .fuse, .strip(content: " ", start: 1, stop: 0),
      ])
  }

  @Test(.enabled(if: RealData.has("deepseek/tokenizer.json"), "run Vocabs/fetch"))
  func deepseek() throws {
    let description = try TokenizerLoader.load(RealData.path("deepseek"))
    let vocabulary = description.vocabulary
    #expect(description.name == "deepseek")
    #expect(vocabulary.tokenCount == 129_280)
    #expect(vocabulary.ids(of: .bos) == [0])
    #expect(vocabulary.ids(of: .eos) == [1])
    #expect(vocabulary.ids(of: .pad) == [1])
    #expect(vocabulary.kinds.count { $0 == .byte } == 0)
    #expect(vocabulary.canonical[259].elementsEqual(" t".utf8))
    #expect(description.notes == [])
    #expect(description.files.count == 2)
  }

  @Test(.enabled(if: RealData.has("claude-legacy/tokenizer.json"), "run Vocabs/fetch"))
  func claude() throws {
    let description = try TokenizerLoader.load(RealData.path("claude-legacy"))
    let vocabulary = description.vocabulary
    #expect(vocabulary.tokenCount == 65000)
    #expect(vocabulary.kinds.count { $0 == .special } == 5)
    #expect(description.normalizers == [.nfkc])
    #expect(description.preTokenizers == [.byteLevel(addPrefixSpace: false, useRegex: true)])
  }

  @Test(
    .enabled(if: RealData.has("tekken-240911/tekken.json"), "run Vocabs/fetch"),
    arguments: ["tekken-240718", "tekken-240911"])
  func tekken(_ name: String) throws {
    let description = try TokenizerLoader.load(RealData.path(name))
    let vocabulary = description.vocabulary
    #expect(description.name == name)
    #expect(vocabulary.tokenCount == 131_072)
    #expect(vocabulary.idLimit == 131_072)
    #expect(vocabulary.kinds.count { $0 == .special } == 1000)
    #expect((0..<256).allSatisfy { Array(vocabulary.canonical[1000 + $0]) == [UInt8($0)] })
    #expect(vocabulary.canonical[1257].elementsEqual(" t".utf8))
    #expect(vocabulary.ids(of: .bos) == [1])
    #expect(vocabulary.ids(of: .eos) == [2])
    #expect(vocabulary.ids(of: .pad) == [11])
    #expect(description.notes == [])
  }
}
