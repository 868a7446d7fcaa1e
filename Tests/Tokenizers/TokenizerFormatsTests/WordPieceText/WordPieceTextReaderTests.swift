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
