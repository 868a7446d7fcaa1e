import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

struct TiktokenReaderTests {
  /// Reads lines written with LF.
  private func read(_ text: String) throws -> TokenizerDescription {
    try readBytes(Array(text.utf8), TiktokenReader.read)
  }

  private func error(_ text: String) -> TiktokenError? {
    #expect(throws: TiktokenError.self) { _ = try read(text).name }
  }

  @Test func linesBecomeTokens() throws {
    let read = try read("IQ== 0\r\nIHRoZQ== 1\r\n\r\n/w== 2\n")
    #expect(read.vocabulary.tokenCount == 3)
    #expect(read.vocabulary.text(1) == " the")
    #expect(read.vocabulary.piece(1) == "\u{120}the")
    #expect(read.vocabulary.kinds == [.text, .text, .fragment])
    #expect(Array(read.vocabulary.canonical[2]) == [0xFF])
    #expect(read.notes.count == 2 && read.notes.contains { $0.contains("--split-pattern") })
    var stated = read
    try stated.state(splitPattern: ".")
    #expect(stated.notes == [read.notes[0]])
    guard case .rankedBPE(let model) = read.algorithm else {
      Issue.record("not by rank: \(read.algorithm.name)")
      return
    }
    #expect(model.firstID == 0)
    #expect(model.rankCount == 3)
    #expect(model.pattern == nil)
  }

  /// Whisper's file has such a line; Python decodes it to nothing.
  @Test func aTokenThatStandsForNothingIsEmpty() throws {
    let read = try read("IQ== 0\n= 1\nIg== 2\n")
    #expect(read.vocabulary.kinds == [.text, .text, .text])
    #expect(read.vocabulary.canonical[1].isEmpty)
    #expect(read.notes.contains { $0.contains("rank 1 is spelled by `=` alone") })
  }

  @Test func aPatternIsStatedOnlyWhereThereIsNone() throws {
    var description = try read("IQ== 0\nIg== 1\n")
    try description.state(splitPattern: #"\s+|\S+"#)
    guard case .rankedBPE(let model) = description.algorithm else { Issue.record("not by rank"); return }
    #expect(model.pattern == #"\s+|\S+"#)
    #expect(throws: SplitPatternError.self) { try description.state(splitPattern: ".") }
  }

  @Test func ranksThatAreLeftOutAreHoles() throws {
    let read = try read("IQ== 0\nIg== 3")
    #expect(read.vocabulary.tokenCount == 2)
    #expect(read.vocabulary.idLimit == 4)
    #expect(read.vocabulary.kinds == [.text, .hole, .hole, .text])
    #expect(read.notes.last == "2 of the ids below 4 have no rank in the file")
  }

  @Test func everyErrorNamesItsLine() {
    #expect(error("") == .empty)
    #expect(error("\n\r\n\n") == .empty)
    #expect(
      error("IQ== 0\nIg==1\n") == .malformedLine(line: 2, reason: "no space between a token and its rank"))
    #expect(error("IQ== 0\n\nI*== 1\n") == .malformedLine(line: 3, reason: "I*== is not base64"))
    #expect(error("IQ== x") == .malformedLine(line: 1, reason: "x is not a rank"))
    #expect(error("IQ== -1") == .malformedLine(line: 1, reason: "-1 is not a rank"))
    #expect(error("IQ== ") == .malformedLine(line: 1, reason: " is not a rank"))
    #expect(error("IQ== 1 2") == .malformedLine(line: 1, reason: "1␣2 is not a rank"))
    #expect(error(" 1") == .malformedLine(line: 1, reason: "no token before the space"))
    #expect(error("IQ== 0\nIg== 0") == .rank(line: 2, .duplicateID(0)))
    #expect(error("IQ== 4294967296") == .rank(line: 1, .idOutOfRange(4_294_967_296)))
    #expect(error("IQ== 99999999999999999999999") != nil)
    #expect(error("IQ== 0\nIg== 1\nIQ== 2") == .duplicateToken(line: 3, token: "!", earlier: 0, later: 2))
  }

  @Test func aLineOfMegabytesIsShownInShort() {
    let message = error(String(repeating: "*", count: 1 << 20) + " 0")?.description ?? ""
    #expect(message.utf8.count < 200)
  }

  @Test func damagedFilesNeverTrap() {
    let file = Array("IQ== 0\nIHRoZQ== 1\r\n/w== 2\nIg== 300\n".utf8)
    var hostile = Hostile()
    hostile.truncations(of: file, TiktokenReader.read)
    hostile.bitFlips(of: file, TiktokenReader.read)
    hostile.saturations(of: file, width: 2, TiktokenReader.read)
    #expect(hostile.complaints == [])
    #expect(hostile.refused > 0)
  }
}
