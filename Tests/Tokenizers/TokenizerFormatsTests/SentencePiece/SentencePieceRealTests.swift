import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

/// The models of DATA: sizes and kinds as SentencePiece's own library counts them.
@Suite(.enabled(if: RealData.has("jurassic-2/tokenizer.model"), "run Vocabs/fetch"))
struct SentencePieceRealTests {
  struct Expected: Sendable {
    let folder: String
    let size: Int
    let special: Int
    let userDefined: Int
  }

  static let models = [
    Expected(folder: "mistral-7b-v0.1", size: 32000, special: 3, userDefined: 0),
    Expected(folder: "mistral-v2", size: 32768, special: 771, userDefined: 0),
    Expected(folder: "mistral-v3", size: 32768, special: 751, userDefined: 20),
    Expected(folder: "mistral-v7", size: 32768, special: 749, userDefined: 22),
    Expected(folder: "jurassic-2", size: 262144, special: 26090, userDefined: 3),
  ]

  @Test(arguments: models)
  func sizesAndKinds(_ expected: Expected) throws {
    let read = try readReal(RealData.path(expected.folder + "/tokenizer.model"), SentencePieceReader.read)
    #expect(read.vocabulary.tokenCount == expected.size)
    #expect(read.vocabulary.idLimit == expected.size)
    #expect(read.vocabulary.count(.byte) == 256)
    #expect(read.vocabulary.count(.special) == expected.special)
    #expect(read.vocabulary.count(.fragment) == 0)
    #expect(read.notes == [])
    switch read.algorithm {
    case .scoredBPE(let model), .unigram(let model):
      #expect(model.byteFallback)
      #expect(model.userDefined.count == expected.userDefined)
      #expect(model.scores.count == expected.size)
    default: Issue.record("an algorithm without scores: \(read.algorithm.name)")
    }
  }

  @Test func jurassicIsUnigramWithItsOwnRoles() throws {
    let read = try readReal(RealData.path("jurassic-2/tokenizer.model"), SentencePieceReader.read)
    #expect(read.algorithm.name == "Unigram")
    #expect(read.vocabulary.ids(of: .pad) == [0])
    #expect(read.vocabulary.ids(of: .bos) == [1])
    #expect(read.vocabulary.ids(of: .eos) == [2])
    #expect(read.vocabulary.ids(of: .unk) == [3])
    guard case .precompiled(let map)? = read.normalizers.first else {
      Issue.record("no compiled character map")
      return
    }
    #expect(map.count == 237_539)
    #expect(
      read.normalizers.last == .sentencePieceSpaces(addDummyPrefix: false, removeExtra: false, escape: true))
  }

  @Test func mistralPiecesAreCanonical() throws {
    let vocabulary = try readReal(RealData.path("mistral-7b-v0.1/tokenizer.model"), SentencePieceReader.read)
      .vocabulary
    #expect(vocabulary.text(25955) == "<?>")
    #expect(vocabulary.kinds[25955] == .text)
    #expect(Array(vocabulary.canonical[3]) == [0])
    #expect(vocabulary.kinds[13] == .byte)
  }
}
