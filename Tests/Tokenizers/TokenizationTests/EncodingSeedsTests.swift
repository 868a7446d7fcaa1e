import CMCPrimitives
import CMCRegularExpressions
import CMCTokenization
import CMCTokenizerFormats
import Foundation
import TestSupport
import Testing

/// The inputs that the fuzzers of encoding start from, and those that they found, in every run of the tests.
@Suite struct EncodingSeedsTests {
  static func seeds(_ fuzzer: String) -> [(name: String, bytes: [UInt8])] {
    let folder = RealData.checkout + "/Tests/Fuzzers/Seeds/" + fuzzer
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { name in
      (try? readFile(folder + "/" + name)).map { (name, $0) }
    }
  }

  /// The two parts of an input, which a NUL separates.
  static func parts(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map { Array($0) }
  }

  @Test func brokenDescriptionsEncodeOrSayWhy() throws {
    let seeds = Self.seeds("FuzzBrokenTokenizer")
    #expect(seeds.count >= 5)
    for seed in seeds {
      let parts = Self.parts(seed.bytes)
      guard parts.count == 2 else { continue }
      do {
        let tokenizer = try Tokenizer(
          try parts[0].withUnsafeBytes { try HFTokenizerReader.read($0, name: seed.name) })
        for options in [EncodingOptions(), EncodingOptions(addsSpecial: true, parsesSpecial: true)] {
          let ids = try tokenizer.encode(parts[1], options: options)
          #expect(try tokenizer.encodeWithOffsets(parts[1], options: options).ids == ids)
          _ = try tokenizer.decode(ids, showsSpecial: true)
        }
      } catch let error as any DescribedError {
        let isOneLine = !error.description.contains { $0.isNewline }
        #expect(isOneLine, "\(seed.name): \(error)")
      }
    }
  }

  @Test func patternsMatchOrSayWhy() throws {
    let seeds = Self.seeds("FuzzRegex")
    #expect(seeds.count >= 2)
    for seed in seeds {
      let parts = Self.parts(seed.bytes)
      guard parts.count == 2 else { continue }
      let text = Array(String(decoding: parts[1], as: UTF8.self).utf8)
      for dialect in [RegexDialect.oniguruma, .rust] {
        do {
          let matcher = RegexMatcher(
            try TextRegex(String(decoding: parts[0], as: UTF8.self), dialect: dialect))
          // An empty match counts where no other match ends.
          var last = -1
          try text.withUnsafeBufferPointer { text in
            try matcher.forEachMatch(in: text) { range in
              #expect(range.isEmpty ? range.lowerBound > last : range.lowerBound >= last)
              #expect(range.upperBound <= text.count)
              last = range.upperBound
            }
          }
        } catch let error as RegexError {
          let isOneLine = !error.description.contains { $0.isNewline }
          #expect(isOneLine, "\(seed.name): \(error)")
        }
      }
    }
  }
}
