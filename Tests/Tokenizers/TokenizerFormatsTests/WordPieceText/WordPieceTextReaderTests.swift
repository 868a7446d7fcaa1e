import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import TestSupport
import Testing

@Suite struct WordPieceTextReaderTests {
  private func read(_ bytes: [UInt8]) throws -> TokenizerDescription {
    try readBytes(bytes) { try WordPieceTextReader.read($0, name: $1) }
  }

  @Test(arguments: ["\n", "\r\n"])
  func `lines are ids`(_ end: String) throws {
    let lines = [
      "[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[", "[unusedX]", "the", "##ing", "中",
    ]
    let description = try read(Array(lines.joined(separator: end).utf8))
    let vocabulary = description.vocabulary
    #expect(vocabulary.tokenCount == 11)
    // `[unused0]` is text, as in the tokenizer.json of the same model: one vocabulary has one fingerprint.
    #expect((0..<6).allSatisfy { (vocabulary.kinds[$0] == .special) == ($0 != 1) })
    #expect((6..<11).map { vocabulary.text($0) } == [" [", " [unusedX]", " the", "ing", " 中"])
    #expect(vocabulary.optionalSpaceIDs == [6, 10])
    #expect(vocabulary.ids(of: .pad) == [0])
    #expect(vocabulary.ids(of: .unk) == [2])
    #expect(description.postProcessors == [.bert(cls: 3, sep: 4)])
  }

  @Test func `an empty line is a hole, and shifts nothing`() throws {
    let description = try read(Array("a\n\nb\n".utf8))
    #expect(description.vocabulary.kinds == [.text, .hole, .text])
    #expect(description.notes == ["Line 2 is empty."])
  }

  @Test func `white space at the end of a line is no part of its word`() throws {
    let description = try read(Array("a \t\r\n b\u{3000}\u{A0}\n\u{85}\nc d\u{C}\n\u{200B}\n".utf8))
    #expect(description.vocabulary.kinds == [.text, .text, .hole, .text, .text])
    #expect(
      [0, 1, 3, 4].map { Array(description.vocabulary.pieces[$0]) }
        == ["a", " b", "c d", "\u{200B}"].map { Array($0.utf8) })
    #expect(description.emptyPieces == 1)
    #expect(description.missingUnknown == "the unknown token \"[UNK]\" is no line of vocab.txt")
  }

  @Test func `of a word that comes again the last line counts`() throws {
    let description = try read(Array("a\n[UNK]\nb\na\n[UNK]\na\n".utf8))
    #expect(description.vocabulary.kinds == [.hole, .hole, .text, .hole, .special, .text])
    #expect(
      description.notes == ["Line 1 comes again later, and 2 more: a word has the number of its last line."])
  }

  @Test func `marks that are stated take the place of BERT's own`() throws {
    let description = try readBytes(Array("[UNK]\n<unk>\n[PAD]\nthe\n".utf8)) {
      try WordPieceTextReader.read($0, name: $1, marks: [.unk: "<unk>", .pad: "<pad>"])
    }
    #expect(description.vocabulary.kinds == [.text, .special, .text, .text])
    #expect(description.vocabulary.text(0) == " [UNK]")
    #expect(description.vocabulary.ids(of: .unk) == [1])
    #expect(description.vocabulary.ids(of: .pad) == [])
    guard case .wordPiece(let model) = description.algorithm else { Issue.record("no WordPiece"); return }
    #expect(model.unknown == 1)
    // The capitals of BERT's marks say nothing of the text.
    #expect(
      description.normalizers
        == [.bert(cleanText: true, handleChineseCharacters: true, stripAccents: nil, lowercase: true)])
  }

  @Test func `a capital letter means that text keeps its case`() throws {
    let lowers = { (text: String) in try read(Array(text.utf8)).normalizers }
    #expect(
      try lowers("the\nThe\n")
        == [.bert(cleanText: true, handleChineseCharacters: true, stripAccents: nil, lowercase: false)])
    #expect(
      try lowers("the\n[UNK]\n")
        == [.bert(cleanText: true, handleChineseCharacters: true, stripAccents: nil, lowercase: true)])
  }

  @Test func `what is no text is refused with its line`() {
    #expect(throws: WordPieceTextError.invalidUTF8(line: 2)) { try read(Array("a\n".utf8) + [0xFF, 0x0A]) }
    #expect(throws: VocabularyError.empty) { try read([]) }
    #expect(throws: VocabularyError.empty) { try read([0x0A, 0x0A]) }
  }

  @Test func `too many lines are refused`() {
    let lines = [UInt8](repeating: 0x0A, count: VocabularyBuilder.idLimit + 1)
    #expect(throws: WordPieceTextError.tooManyLines(limit: VocabularyBuilder.idLimit)) { try read(lines) }
  }
}
