import CMCPrimitives
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCTokenizerFormats

struct RWKVReaderTests {
  private func read(_ text: String) throws -> TokenizerDescription {
    try readBytes(Array(text.utf8), RWKVReader.read)
  }

  private func error(_ text: String) -> RWKVError? {
    #expect(throws: RWKVError.self) { _ = try read(text).name }
  }

  @Test func literalsBecomeBytes() throws {
    let read = try read(
      #"""
      1 '\x00' 1
      2 b'\xff\xfe' 2
      3 "it's a " 7
      4 '\u4e2d\U0001F600' 7
      5 'é' 2
      6 '\\\'\"\t\n\r' 6
      7 '\xf8' 2
      """#)
    let expected: [[UInt8]] = [
      [0], [0xFF, 0xFE], Array("it's a ".utf8), Array("中😀".utf8), Array("é".utf8), Array("\\'\"\t\n\r".utf8),
    ]
    #expect((1...6).map { Array(read.vocabulary.canonical[$0]) } == expected)
    #expect(read.vocabulary.text(7) == "ø")
    #expect(read.vocabulary.kinds[2] == .fragment)
  }

  @Test func idZeroEndsTexts() throws {
    let read = try read("1 'a' 1\r\n2 'b' 1\r\n")
    #expect(read.vocabulary.kinds == [.special, .text, .text])
    #expect(read.vocabulary.roles(of: 0).roles == [.bos, .eos])
    #expect(read.algorithm.name == "greedy trie")
  }

  @Test func everyErrorNamesItsLine() {
    #expect(error("") == .empty)
    #expect(
      error("1 'a' 1\n2 'b'")
        == .malformedLine(line: 2, reason: "not an id, a token and a length with spaces between"))
    #expect(error("x 'a' 1") == .malformedLine(line: 1, reason: "x is not an id"))
    #expect(error("1 'a' y") == .malformedLine(line: 1, reason: "y is not a length"))
    #expect(error("1 a 1") == .malformedLine(line: 1, reason: "the token is not in quotes"))
    #expect(error("1 ' 1") == .malformedLine(line: 1, reason: "the token is not in quotes"))
    #expect(error("1 'a'b' 3") == .malformedLine(line: 1, reason: "a quote inside the token"))
    #expect(error(#"1 '\' 1"#) == .malformedLine(line: 1, reason: "a backslash at the end of the token"))
    #expect(error(#"1 '\x4' 1"#) == .malformedLine(line: 1, reason: #"\x without two hexadecimal digits"#))
    #expect(
      error(#"1 b'\u0041' 1"#) == .malformedLine(line: 1, reason: #"an escape that is not understood: \u"#))
    #expect(error(#"1 '\ud800' 3"#) == .malformedLine(line: 1, reason: "an escape that is no character"))
    #expect(
      error("1 b'é' 2") == .malformedLine(line: 1, reason: "a character beyond ASCII in a bytes literal"))
    #expect(error("1 '' 0") == .malformedLine(line: 1, reason: "the token is empty"))
    #expect(error("1 'ab' 3") == .wrongLength(line: 1, stated: 3, actual: 2))
    #expect(error("1 'a' 1\n1 'b' 1") == .id(line: 2, .duplicateID(1)))
    #expect(error("4194304 'a' 1") == .id(line: 1, .idOutOfRange(4_194_304)))
    #expect(error("1 'a' 1\n5 'a' 1") == .duplicateToken(token: "a", earlier: 1, later: 5))
    #expect(throws: RWKVError.malformedLine(line: 1, reason: "the token is not UTF-8")) {
      _ = try readBytes(Array("1 '".utf8) + [0xFF] + Array("' 1".utf8), RWKVReader.read).name
    }
  }

  @Test func damagedFilesNeverTrap() {
    let file = Array("1 '\\x00' 1\n2 b'\\xff' 1\r\n3 'it\\'s ' 5\n9 \"\\u4e2d\" 3\n".utf8)
    var hostile = Hostile()
    hostile.truncations(of: file, RWKVReader.read)
    hostile.bitFlips(of: file, RWKVReader.read)
    hostile.saturations(of: file, width: 2, RWKVReader.read)
    #expect(hostile.complaints == [])
    #expect(hostile.refused > 0)
  }

  @Test(.enabled(if: RealData.has("rwkv-world/rwkv_vocab_v20230424.txt"), "run Vocabs/fetch"))
  func rwkvWorld() throws {
    let read = try readReal(RealData.path("rwkv-world/rwkv_vocab_v20230424.txt"), RWKVReader.read)
    #expect(read.vocabulary.tokenCount == 65530)
    #expect(read.vocabulary.idLimit == 65530)
    #expect(read.vocabulary.count(.special) == 1)
    #expect(Array(read.vocabulary.canonical[256]) == [0xFF])
    #expect(read.vocabulary.text(259) == "\t ")
    #expect(read.vocabulary.text(65529) == String(repeating: " ", count: 128))
    #expect(read.notes == [])
  }
}
