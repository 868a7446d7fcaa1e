import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct Llama2CReaderTests {
  private func error(_ bytes: [UInt8]) -> Llama2CError? {
    #expect(throws: Llama2CError.self) { _ = try readBytes(bytes, Llama2CReader.read).name }
  }

  @Test func tokensAndScores() throws {
    let read = try readBytes(Llama2CFixture.small.bytes, Llama2CReader.read)
    #expect(read.vocabulary.kinds == [.special, .special, .special, .byte, .byte, .text])
    #expect((0..<3).map { read.vocabulary.text($0) } == ["<unk>", "<s>", "</s>"])
    #expect(Array(read.vocabulary.canonical[4]) == [1])
    #expect(read.vocabulary.text(5) == " the")
    #expect(read.vocabulary.ids(of: .bos) == [1])
    #expect(read.vocabulary.ids(of: .eos) == [2])
    guard case .scoredBPE(let model) = read.algorithm else {
      Issue.record("not scored: \(read.algorithm.name)")
      return
    }
    #expect(model.scores == [0, 0, 0, 0, 0, -1.5])
  }

  @Test func aBytePieceOutOfItsPlaceIsText() throws {
    var fixture = Llama2CFixture.small
    fixture.tokens.append((0, Array("<0x41>".utf8)))
    #expect(try readBytes(fixture.bytes, Llama2CReader.read).vocabulary.kinds[6] == .text)
  }

  @Test func whatIsNoTokenizerIsRefused() {
    #expect(error([]) == .truncated(id: 0, .truncated(at: 0, needed: 4, remaining: 0)))
    #expect(error([7, 0, 0, 0]) == .tooFewTokens(count: 0))
    var negative = Llama2CFixture.small.bytes
    negative.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(error(negative) == .badLength(id: 0, length: -1, at: 8))
    var huge = Llama2CFixture.small.bytes
    huge.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0x7F])
    #expect(error(huge)?.description.hasPrefix("token 0: ends too early") == true)
    var score = Llama2CFixture.small
    score.tokens[4].score = .nan
    #expect(error(score.bytes) == .scoreNotFinite(id: 4))
  }

  @Test func damagedFilesNeverTrap() {
    let file = Llama2CFixture.small.bytes
    var hostile = Hostile()
    hostile.truncations(of: file, Llama2CReader.read)
    hostile.bitFlips(of: file, Llama2CReader.read)
    hostile.saturations(of: file, width: 4, Llama2CReader.read)
    #expect(hostile.complaints == [])
    #expect(hostile.refused > 0)
  }

  private static let sample =
    getenv("CMC_SHARED_DATA").map { String(cString: $0) + "/stories260K/tok512.bin" } ?? ""

  @Test(.enabled(if: access(sample, R_OK) == 0, "set CMC_SHARED_DATA to the folder that holds stories260K"))
  func stories260K() throws {
    let read = try readReal(Self.sample, Llama2CReader.read)
    #expect(read.vocabulary.tokenCount == 512)
    #expect(read.vocabulary.count(.byte) == 256)
    #expect([259, 265].map { read.vocabulary.text($0) } == [" t", " the"])
  }
}
