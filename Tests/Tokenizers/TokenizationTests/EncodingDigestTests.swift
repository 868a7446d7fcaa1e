import CMCFastJSON
import CMCHashing
import CMCPrimitives
import CMCTokenization
import CMCTokenizerFormats
import TestSupport
import Testing

/// The ids of five megabytes of mixed text and 10 000 short ones, against those of the original libraries.
@Suite(.enabled(if: RealData.has(MixedCorpus.wordSource), "fetch it with Vocabs/fetch"))
struct EncodingDigestTests {
  static let golden: JSONDocument? = try? JSONDocument(
    readFile(RealData.checkout + "/Tests/Tokenizers/TokenizationTests/Golden/encoding_digests.json"))
  static let corpus = try? MixedCorpus()
  static let names = golden?.root["encodings"]?.members.map(\.key) ?? []

  @Test func theTextsAreThoseTheLibrariesSaw() throws {
    let corpus = try #require(Self.corpus)
    let stated = try #require(Self.golden?.root["corpus"])
    #expect(stated["sha256"]?.string == SHA256Digest(hashing: corpus.file).hex)
    #expect(corpus.records.reduce(0) { $0 + $1.count } > 5_000_000)
    #expect(Self.names.count >= 18)
  }

  @Test(arguments: names)
  func everyIDIsEqual(name: String) throws {
    let entry = try #require(Self.golden?.root["encodings"]?[name])
    let file = try #require(entry["file"]?.string)
    let tokenizer = try Tokenizer(try TokenizerLoader.load(RealData.path(file)))
    var lines: [UInt8] = []
    var count = 0
    for record in try #require(Self.corpus).records {
      let ids = try tokenizer.encode(record)
      count += ids.count
      lines += Array((ids.map(String.init).joined(separator: " ") + "\n").utf8)
    }
    #expect(count == entry["ids"]?.int)
    #expect(
      SHA256Digest(hashing: lines).hex == entry["sha256"]?.string,
      "\(name): see Tests/Scripts/compare_encodings.py --dump")
  }
}
