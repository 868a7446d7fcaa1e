import CMCFastJSON
import CMCHashing
import CMCPrimitives
import CMCTokenizerFormats
import CMCVocabulary
import Foundation
import TestSupport
import Testing

/// What the readers make of real files against what the original libraries say.
///
/// The digests are written by `Tests/Scripts/compare_vocabularies.py`, and by nothing else. Where one differs, set
/// CMC_DUMP to a folder and compare the file there with what the script prints with `--dump PATH`.
@Suite(.enabled(if: CanonicalDigest.areFilesThere, "run Vocabs/fetch"))
struct CanonicalDigestTests {
  @Test(arguments: CanonicalDigest.golden)
  func readersAgreeWithTheOriginalLibraries(_ golden: CanonicalDigest) throws {
    let description = try TokenizerLoader.load(RealData.path(golden.path))
    let lines = canonicalLines(description.vocabulary)
    if let folder = ProcessInfo.processInfo.environment["CMC_DUMP"] {
      let name = golden.path.replacing("/", with: "_")
      try AtomicFile.write(lines, to: "\(folder)/\(name).tsv")
    }
    #expect(description.vocabulary.tokenCount == golden.tokens)
    #expect(SHA256Digest(hashing: lines).hex == golden.sha256, "\(golden.library)")
  }

  @Test func theDigestsAreOfManyVocabularies() {
    #expect(CanonicalDigest.golden.count >= 37)
  }

  private func canonicalLines(_ vocabulary: Vocabulary) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    var lines: [UInt8] = []
    lines.reserveCapacity(vocabulary.canonical.bytes.count * 2 + vocabulary.idLimit * 12)
    vocabulary.canonical.withUnsafeRows { rows in
      for (id, kind) in vocabulary.kinds.enumerated() where kind != .hole {
        lines.append(contentsOf: "\(id)\t\(kind.letter)\t".utf8)
        for byte in rows[id] {
          lines.append(digits[Int(byte >> 4)])
          lines.append(digits[Int(byte & 15)])
        }
        lines.append(UInt8(ascii: "\n"))
      }
    }
    return lines
  }
}

/// What an original library says of one vocabulary.
struct CanonicalDigest: Sendable, CustomTestStringConvertible {
  let path: String
  let library: String
  let tokens: Int
  let sha256: String

  var testDescription: String { path }

  static let golden: [CanonicalDigest] = {
    guard let url = Bundle.module.url(forResource: "Golden/canonical_digests", withExtension: "json"),
      let bytes = try? readFile(url.path), let document = try? JSONDocument(bytes)
    else { return [] }
    return (document.root["vocabularies"]?.elements ?? []).compactMap { entry in
      guard let path = entry["path"]?.string, let library = entry["library"]?.string,
        let tokens = entry["tokens"]?.int, let sha256 = entry["sha256"]?.string
      else { return nil }
      return CanonicalDigest(path: path, library: library, tokens: tokens, sha256: sha256)
    }
  }()

  static var areFilesThere: Bool { golden.allSatisfy { RealData.has($0.path) } }
}
