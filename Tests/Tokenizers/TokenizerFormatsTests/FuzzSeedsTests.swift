import CMCFastJSON
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport
import Testing

/// The inputs that fuzzers start from, and those that they found: each is read again in every run of the tests.
struct FuzzSeedsTests {
  typealias Reader = @Sendable (UnsafeRawBufferPointer, String) throws -> TokenizerDescription

  static let folder = RealData.checkout + "/Tests/Fuzzers/Seeds"

  static let readers: [String: Reader] = [
    "FuzzGGUF": { try GGUFTokenizerReader.read($0, name: $1) },
    "FuzzLlama2C": { try Llama2CReader.read($0, name: $1) },
    "FuzzRWKV": { try RWKVReader.read($0, name: $1) },
    "FuzzSentencePiece": { try SentencePieceReader.read($0, name: $1) },
    "FuzzTekken": { try TekkenReader.read($0, name: $1) },
    "FuzzTiktoken": { try TiktokenReader.read($0, name: $1) },
    "FuzzTokenizerJSON": { try HFTokenizerReader.read($0, name: $1) },
    "FuzzVocabAndMerges": { bytes, name in
      let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
      return try VocabAndMergesReader.read(
        JSONDocument(parts[0]), merges: parts.count > 1 ? parts[1] : [], mergesPath: "merges.txt", name: name)
    },
    "FuzzVocabText": { try WordPieceTextReader.read($0, name: $1) },
  ]

  /// Well-formed files of every binary format and small ones of the others.
  static let seeds: [(path: String, bytes: [UInt8])] = [
    ("FuzzGGUF/byte-level", GGUFVocabularyFixture.byteLevel.bytes),
    ("FuzzGGUF/sentencepiece", GGUFVocabularyFixture.sentencePiece.bytes),
    ("FuzzGGUF/gemma", GGUFVocabularyFixture.gemma.bytes),
    ("FuzzGGUF/wordpiece", GGUFVocabularyFixture.wordPiece.bytes),
    ("FuzzLlama2C/small", Llama2CFixture.small.bytes),
    ("FuzzSentencePiece/small", SentencePieceFixture.small.bytes),
    ("FuzzTiktoken/small", Array("IQ== 0\nIHRoZQ== 1\r\n/w== 2\nIg== 300\n".utf8)),
    ("FuzzRWKV/small", Array("1 '\\x00' 1\n2 b'\\xff' 1\r\n3 'it\\'s ' 5\n9 \"\\u4e2d\" 3\n".utf8)),
    ("FuzzVocabText/small", Array("[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n##s\n,\n".utf8)),
    (
      "FuzzVocabAndMerges/small",
      Array(#"{"a":0,"b":1,"ab":2,"<|endoftext|>":3}"#.utf8) + [0] + Array("a b\n".utf8)
    ),
  ]

  @Test func seedsAreWhatTheFixturesMake() throws {
    for seed in Self.seeds {
      let path = "\(Self.folder)/\(seed.path)"
      if ProcessInfo.processInfo.environment["CMC_RECORD"] != nil {
        try makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try AtomicFile.write(seed.bytes, to: path)
        Issue.record("recorded \(seed.path)")
      }
      #expect(try readFile(path) == seed.bytes, "\(seed.path): set CMC_RECORD to write it anew")
      let reader = try #require(Self.readers[String(seed.path.prefix { $0 != "/" })])
      #expect(throws: Never.self) { _ = try readBytes(seed.bytes, reader).name }
    }
  }

  @Test func whateverWasFoundIsReadOrRefused() throws {
    var count = 0
    for (name, reader) in Self.readers.sorted(by: { $0.key < $1.key }) {
      let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(Self.folder)/\(name)")) ?? []
      for file in files {
        count += 1
        let bytes = try readFile("\(Self.folder)/\(name)/\(file)")
        do {
          #expect(try readBytes(bytes, reader).vocabulary.tokenCount > 0, "\(name)/\(file)")
        } catch {
          #expect(error is any DescribedError, "\(name)/\(file): \(error)")
          #expect(!"\(error)".contains("\n"), "\(name)/\(file): \(error)")
        }
      }
    }
    #expect(count >= Self.seeds.count)
  }
}
