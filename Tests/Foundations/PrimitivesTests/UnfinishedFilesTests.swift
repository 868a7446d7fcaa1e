import TestSupport
import Testing

@testable import CMCPrimitives

@Suite("Unfinished files") struct UnfinishedFilesTests {
  @Test("What is unfinished goes, what has its name stays") func deletion() throws {
    let folder = try TemporaryFolder()
    let paths = try ["a", "b", "c"].map { try folder.write($0, $0) }
    let files = UnfinishedFiles()
    let places = paths.map { files.add($0) }
    files.remove(try #require(places[1]))
    files.deleteAll()
    #expect(paths.map(fileExists) == [false, true, false])
  }

  @Test("Beyond what fits nothing breaks, and places are used again") func limits() throws {
    let folder = try TemporaryFolder()
    let files = UnfinishedFiles()
    let places = (0..<1000).compactMap { files.add(folder.path("\($0)")) }
    #expect(!places.isEmpty && Set(places).count == places.count)
    places.forEach(files.remove)
    let last = try folder.write("last", "")
    #expect(files.add(last) != nil)
    files.deleteAll()
    #expect(!fileExists(last))
  }
}
