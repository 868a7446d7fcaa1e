import CMCGGUF
import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

struct GGUFTokenizerReaderTests {
  private func read(_ fixture: GGUFVocabularyFixture) throws -> TokenizerDescription {
    try readBytes(fixture.bytes, GGUFTokenizerReader.read)
  }

  private func error(_ fixture: GGUFVocabularyFixture) -> GGUFTokenizerError? {
    #expect(throws: GGUFTokenizerError.self) { _ = try read(fixture).name }
  }

  @Test func byteLevel() throws {
    let read = try read(.byteLevel)
    let vocabulary = read.vocabulary
    #expect(vocabulary.kinds == [.text, .text, .text, .text, .text, .fragment, .special, .text])
    #expect(vocabulary.text(4) == " a")
    #expect(Array(vocabulary.canonical[5]) == [0xFF])
    #expect(vocabulary.text(7) == "ø")
    #expect(vocabulary.ids(of: .eos) == [6])
    #expect(vocabulary.ids(of: .bos) == [])
    #expect(vocabulary.source(.eos, 6) == "tokenizer.ggml.eos_token_id")
    #expect(read.name == "tiny")
    #expect(read.preTokenizers == [.gguf("llama-bpe")])
    #expect(read.logitsWidth == LogitsWidth(count: 9, source: "tokenizer.ggml.tokens"))
    #expect(
      read.notes == [
        "tokenizer.ggml.bos_token_id is 99, which no token has: not used",
        "1 of tokenizer.ggml.merges are no two pieces: left out",
        "add_bos_token is true, stated or by default, and no key names the token: none is added",
      ])
    guard case .bpe(let model) = read.algorithm else {
      Issue.record("not BPE: \(read.algorithm.name)")
      return
    }
    #expect(model.merges == [BPEMerge(left: 0, right: 1, result: 3), BPEMerge(left: 2, right: 0, result: 4)])
    #expect(model.ignoresMerges && model.mergesTexts)
    #expect(!model.byteFallback)
    // Of a merge whose result is no token the text takes part all the same.
    #expect(model.textMerges?.pieces == [Array("bb".utf8)])
    #expect(
      model.textMerges?.merges == model.merges + [
        BPEMerge(left: 1, right: 1, result: Int32(vocabulary.idLimit))
      ])
  }

  /// What ends a message to a tool ends the text, and not a turn of it.
  @Test func theEndOfAMessageEndsTheText() throws {
    var fixture = GGUFVocabularyFixture.byteLevel
    fixture.numbers += [("tokenizer.ggml.eom_token_id", 7), ("tokenizer.ggml.eot_token_id", 4)]
    let vocabulary = try read(fixture).vocabulary
    #expect(vocabulary.ids(of: .eos) == [6, 7] && vocabulary.ids(of: .endOfTurn) == [4])
  }

  /// Gemma's files say false; llama.cpp encodes one text the same with either.
  @Test(arguments: [0, 1] as [UInt32]) func aSeparatorOfPairsIsNoneOfOneText(value: UInt32) throws {
    var fixture = GGUFVocabularyFixture.byteLevel
    fixture.numbers += [("tokenizer.ggml.add_sep_token", value)]
    #expect(try read(fixture).postProcessors == read(.byteLevel).postProcessors)
  }

  @Test func sentencePiece() throws {
    let read = try read(.sentencePiece)
    #expect(read.vocabulary.kinds == [.special, .special, .special, .byte, .text, .special])
    #expect(read.vocabulary.text(4) == " the")
    #expect(read.name == "test")
    guard case .scoredBPE(let model) = read.algorithm else {
      Issue.record("not scored: \(read.algorithm.name)")
      return
    }
    #expect(model.scores == [0, 0, 0, 0, -1, -2])
    #expect(model.unknown == 0)
    // To llama.cpp every token is a piece, whatever its type.
    #expect(model.unused == [] && model.alsoPieces == [0, 1, 2, 3, 5])
    #expect(model.byteFallback)
    #expect(
      read.postProcessors == [
        .template(
          single: [.special([1]), .sequence("A")],
          pair: [.special([1]), .sequence("A"), .special([1]), .sequence("B")])
      ])
  }

  @Test func mergesOfWhiteSpace() throws {
    let read = try read(.gemma)
    guard case .bpe(let model) = read.algorithm else {
      Issue.record("not BPE: \(read.algorithm.name)")
      return
    }
    #expect(
      model.merges == [
        BPEMerge(left: 0, right: 0, result: 1), BPEMerge(left: 2, right: 2, result: 3),
        BPEMerge(left: 4, right: 0, result: 5),
      ])
    #expect(model.byteFallback)
    #expect(
      read.notes == [
        "add_bos_token is true, stated or by default, and no key names the token: none is added"
      ])
    #expect(read.vocabulary.text(3) == "  ")
  }

  @Test func wordPieceIsSpelledAsInVocabTxt() throws {
    let vocabulary = try read(.wordPiece).vocabulary
    #expect((0..<6).map { vocabulary.piece($0) } == ["[CLS]", "[SEP]", "the", "##s", ",", "[unused0]"])
    #expect((2..<6).map { vocabulary.text($0) } == [" the", "s", " ,", " [unused0]"])
    #expect(vocabulary.optionalSpaceIDs == [4])
    #expect(vocabulary.ids(of: .cls) == [0])
    #expect(vocabulary.ids(of: .sep) == [1])
  }

  @Test(arguments: [
    (1, "[PAD1]", 4 as Int32, true), (1, "[PAD1]", 5, true), (1, "[PAD1]", 2, true), (1, "[PAD0]", 5, true),
    (1, "[PAD0]", 4, false), (1, "[PAD2]", 4, false), (1, "[PAD]", 4, false), (1, "[PAD1]", 1, false),
    (1, "[PAD1]", 3, false), (1, "[PAD99999999999999999999]", 4, false),
  ])
  func paddingRows(_ id: Int, _ piece: String, _ type: Int32, _ isPadding: Bool) throws {
    var fixture = GGUFVocabularyFixture(model: "gpt2")
    fixture.merges = []
    fixture.add("a")
    fixture.add(piece, type)
    #expect(try (read(fixture).vocabulary.kind(Int32(id)) == .hole) == isPadding)
  }

  @Test func theWidthIsThatOfTheOutputTensor() throws {
    var fixture = GGUFVocabularyFixture.sentencePiece
    fixture.outputRows = 64
    fixture.texts = [("general.architecture", "llama")]
    fixture.numbers.append(("llama.vocab_size", 6))
    let read = try read(fixture)
    #expect(read.logitsWidth == LogitsWidth(count: 64, source: "rows of output.weight"))
    #expect(
      read.notes.first == "llama.vocab_size says 6 logits, rows of output.weight says 64, which is used")
  }

  @Test(arguments: [
    ("Good Model 7B", "Good Model 7B"), ("", "test"), ("D:\\models", "test"), ("/x/y", "test"),
    ("a\nb", "test"),
    ("47b6801b24d15ff9bcd8c96dfaea0be9ed3a0301", "test"),
  ])
  func namesThatAreNoneAreNotUsed(_ stated: String, _ used: String) throws {
    var fixture = GGUFVocabularyFixture.sentencePiece
    fixture.texts = [("general.name", stated)]
    #expect(try read(fixture).name == used)
  }

  @Test func contradictionsAreRefused() {
    var types = GGUFVocabularyFixture.sentencePiece
    types.tokens[4].type = 7
    #expect(error(types) == .unknownTokenType(id: 4, type: 7))
    var byte = GGUFVocabularyFixture.sentencePiece
    byte.tokens[3].piece = Array("<0xZZ>".utf8)
    #expect(error(byte) == .malformedByte(id: 3, piece: "<0xZZ>"))
    var scores = GGUFVocabularyFixture.sentencePiece
    scores.scores = [0]
    #expect(error(scores) == .lengthMismatch(key: "tokenizer.ggml.scores", count: 1, tokens: 6))
    scores.scores = [0, 0, .infinity, 0, 0, 0]
    #expect(error(scores) == .scoreNotFinite(id: 2))
    var merges = GGUFVocabularyFixture.byteLevel
    merges.merges = nil
    #expect(error(merges) == .container(.missing(key: "tokenizer.ggml.merges")))
    var model = GGUFVocabularyFixture.byteLevel
    model.model = "plamo2"
    #expect(error(model) == .unsupportedModel("plamo2"))
    #expect(error(GGUFVocabularyFixture(model: "llama")) == .noTokenizer)
    #expect(throws: GGUFTokenizerError.noTokenizer) {
      _ = try readBytes(GGUFWriter(entries: 0).bytes, GGUFTokenizerReader.read).name
    }
  }

  @Test func cyclicMergesAreOnlyIDs() throws {
    var fixture = GGUFVocabularyFixture(model: "gpt2")
    for piece in ["a", "aa"] { fixture.add(piece) }
    fixture.merges = ["a a", "a a", "aa a", " "].map { Array($0.utf8) }
    guard case .bpe(let model) = try read(fixture).algorithm else { return }
    #expect(model.merges == [BPEMerge(left: 0, right: 0, result: 1), BPEMerge(left: 0, right: 0, result: 1)])
  }

  @Test(arguments: [GGUFVocabularyFixture.byteLevel, .sentencePiece, .gemma, .wordPiece].map(\.bytes))
  func damagedFilesNeverTrap(_ file: [UInt8]) {
    var hostile = Hostile()
    hostile.truncations(of: file, GGUFTokenizerReader.read)
    hostile.bitFlips(of: file, GGUFTokenizerReader.read)
    for width in [4, 8] { hostile.saturations(of: file, width: width, GGUFTokenizerReader.read) }
    #expect(hostile.complaints == [])
    #expect(hostile.refused > file.count)
  }
}
