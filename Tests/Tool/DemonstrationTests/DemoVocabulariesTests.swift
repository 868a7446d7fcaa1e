import CMCDemonstration
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@Suite struct DemoVocabulariesTests {
  private static let folder = RealData.checkout + "/Vocabs/demo"

  /// Regenerates the committed files where they are to change: CMC_RECORD=1, which fails the run.
  @Test func committedFilesAreWhatTheGeneratorMakes() throws {
    let files = DemoVocabularies.generate()
    #expect(files.map(\.path).sorted() == files.map(\.path), "files in the order of their names")
    if ProcessInfo.processInfo.environment["CMC_RECORD"] != nil {
      for file in files {
        let path = Self.folder + "/" + file.path
        try makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
        try AtomicFile.write(file.bytes, to: path)
      }
      Issue.record("recorded \(files.count) files; run again without CMC_RECORD")
    }
    for file in files {
      // Compared as a whole: a difference of megabytes shown by #expect helps nobody.
      let isSame = try readFile(Self.folder + "/" + file.path) == file.bytes
      #expect(isSame, "Vocabs/demo/\(file.path) differs from what the generator makes")
      #expect(file.bytes.count < 400_000)
    }
  }
}
