import CMCPrimitives
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
  @Test func aFileIsReplacedWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a")
    try AtomicFile.write([1], to: path)
    try AtomicFile.write([2, 3], to: path)
    #expect(try readFile(path) == [2, 3])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
  }

  /// Where one of several files cannot be written, none of the others has changed and nothing is left beside them.
  @Test func severalFilesStandOrFallTogether() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([1], to: folder.path("a"))
    #expect(throws: FileError.self) {
      try AtomicFile.writeAll([(folder.path("a"), [9]), (folder.path("missing/b"), [9])])
    }
    #expect(try readFile(folder.path("a")) == [1])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a"])
  }

  @Test func onlyRegularFilesOfBoundedSizeAreRead() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write([1, 2, 3], to: folder.path("a"))
    #expect(throws: FileError.self) { try readFile(folder.path("a"), limit: 2) }
    for path in [folder.path, "/dev/null", folder.path("none")] {
      #expect(throws: FileError.self) { try readFile(path) }
      #expect(throws: FileError.self) { try MappedFile(path: path) }
    }
  }
}
