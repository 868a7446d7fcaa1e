import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

struct SentencePieceReaderTests {
  @Test func everyTypeOfPieceBecomesItsKind() throws {
    var fixture = SentencePieceFixture.small
    fixture.addBytes()
    let read = try readBytes(fixture.bytes, SentencePieceReader.read)
    let vocabulary = read.vocabulary
    #expect(
      vocabulary.kinds == [.special, .special, .special, .text, .text, .text, .special, .text]
        + Array(repeating: .byte, count: 256))
    #expect((0..<256).allSatisfy { Array(vocabulary.canonical[8 + $0]) == [UInt8($0)] })
    #expect(vocabulary.text(3) == " the")
    #expect(vocabulary.text(5) == "  ")
    #expect(vocabulary.piece(3) == "\u{2581}the")
    guard case .scoredBPE(let model) = read.algorithm else {
      Issue.record("not BPE: \(read.algorithm.name)")
      return
    }
    #expect(model.scores.prefix(8) == [0, 0, 0, -1, -2, 0, 0, -3.5])
    #expect(model.unknown == 0)
    #expect(model.byteFallback)
    #expect(model.userDefined == [5])
    #expect(model.unused == [6])
  }

  @Test func rolesComeFromTheTrainingSpecification() throws {
    let read = try readBytes(SentencePieceFixture.small.bytes, SentencePieceReader.read)
    #expect(read.vocabulary.ids(of: .unk) == [0])
    #expect(read.vocabulary.ids(of: .bos) == [1])
    #expect(read.vocabulary.ids(of: .eos) == [2])
    #expect(read.vocabulary.ids(of: .pad) == [])
    #expect(read.vocabulary.source(.eos, 2) == "trainer_spec.eos_id")
    #expect(read.notes == [])
  }

  @Test func anIDOfMinusOneIsNoRole() throws {
    var fixture = SentencePieceFixture.small
    fixture.ids = [41: -1, 42: -1]
    let read = try readBytes(fixture.bytes, SentencePieceReader.read)
    #expect(read.vocabulary.ids(of: .bos) == [])
    #expect(read.vocabulary.ids(of: .eos) == [])
    #expect(read.notes == [])
  }

  @Test func anIDThatDisagreesWithItsPieceIsNoted() throws {
    var fixture = SentencePieceFixture.small
    fixture.ids = [42: 1, 43: 4000]
    let read = try readBytes(fixture.bytes, SentencePieceReader.read)
    #expect(read.vocabulary.ids(of: .eos) == [2])
    #expect(read.vocabulary.source(.eos, 2) == "trainer_spec.eos_piece")
    #expect(read.vocabulary.ids(of: .pad) == [])
    #expect(read.notes.count == 2)
    #expect(read.notes.last == "trainer_spec.pad_id is 4000, but there are 8 pieces: no pad token")
  }

  @Test func theNormalizerIsTranscribed() throws {
    var fixture = SentencePieceFixture.small
    fixture.charsmap = [1, 2, 3]
    fixture.addDummyPrefix = false
    let read = try readBytes(fixture.bytes, SentencePieceReader.read)
    #expect(
      read.normalizers == [
        .precompiled([1, 2, 3]), .sentencePieceSpaces(addDummyPrefix: false, removeExtra: true, escape: true),
      ])
  }

  @Test(arguments: [
    (nil, "Unigram"), (1, "Unigram"), (2, "BPE by score"), (3, "words"), (4, "characters"),
  ])
  func modelTypesBecomeAlgorithms(_ type: Int64?, _ name: String) throws {
    var fixture = SentencePieceFixture.small
    fixture.modelType = type
    #expect(try readBytes(fixture.bytes, SentencePieceReader.read).algorithm.name == name)
  }

  @Test func aPieceThatIsNoUTF8IsAFragment() throws {
    var fixture = SentencePieceFixture.small
    fixture.pieces.append(([0xE2, 0x96, 0x81, 0xFF], 0, .normal))
    let read = try readBytes(fixture.bytes, SentencePieceReader.read)
    #expect(read.vocabulary.kinds[8] == .fragment)
    #expect(Array(read.vocabulary.canonical[8]) == [0x20, 0xFF])
  }

  @Test func whatIsNoModelIsRefused() {
    func error(_ bytes: [UInt8]) -> SentencePieceError? {
      #expect(throws: SentencePieceError.self) { _ = try readBytes(bytes, SentencePieceReader.read).name }
    }
    var malformed = SentencePieceFixture.small
    malformed.byteFallback = true
    malformed.add("<0x1>", .byte)
    var empty = SentencePieceFixture.small
    empty.add("")
    var score = SentencePieceFixture.small
    score.add("x", score: .nan)
    #expect(error([]) == .noPieces)
    #expect(error(empty.bytes) == .emptyPiece(id: 8))
    #expect(error(malformed.bytes) == .malformedByte(id: 8, piece: "<0x1>"))
    #expect(error(score.bytes) == .scoreNotFinite(id: 8))
    // The trainer's score of a required character that the text lacks; Unigram would add it up.
    var infinite = SentencePieceFixture.small
    infinite.add("x", score: -.infinity)
    infinite.modelType = 1
    #expect(error(infinite.bytes) == .scoreNotFinite(id: 8))
    for type in 2...4 as ClosedRange<Int64> {
      infinite.modelType = type
      let bytes = infinite.bytes
      #expect(throws: Never.self) { _ = try readBytes(bytes, SentencePieceReader.read).name }
    }
    #expect(error(Array("IQ== 0\nIg== 1\n".utf8))?.description.contains("not a SentencePiece model") == true)
    // A piece that claims 4 GiB.
    #expect(
      error([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F])?.description.hasPrefix("is not a SentencePiece") == true)
  }

  @Test func damagedModelsNeverTrap() {
    let file = SentencePieceFixture.small.bytes
    var hostile = Hostile()
    hostile.truncations(of: file, SentencePieceReader.read)
    hostile.bitFlips(of: file, SentencePieceReader.read)
    for width in [1, 4, 8] { hostile.saturations(of: file, width: width, SentencePieceReader.read) }
    #expect(hostile.complaints == [])
    #expect(hostile.refused > file.count / 2)
  }

  @Test func nestingIsBounded() {
    // Groups are the only thing of the wire format that nests without lengths; no field of the model is one.
    let groups = [UInt8](repeating: 15 << 3 | 3, count: 100_000)
    #expect(throws: SentencePieceError.self) { _ = try readBytes(groups, SentencePieceReader.read).name }
  }
}
