import TestSupport
import Testing

@testable import CMCPrimitives

@Suite("Unfinished files") struct UnfinishedFilesTests {
  @Test("What is unfinished goes, what has its name stays") func deletion() throws {
    let folder = try TemporaryFolder()
    let paths = try ["a", "b", "c"].map { try folder.write($0, $0) }
    let files = UnfinishedFiles()
    paths.forEach(files.add)
    files.remove(paths[1])
    files.remove(folder.path("unknown"))
    files.deleteAll()
    #expect(paths.map(fileExists) == [false, true, false])
  }

  @Test("Beyond what fits nothing breaks, and places are used again") func limits() throws {
    let folder = try TemporaryFolder()
    let files = UnfinishedFiles()
    for number in 0..<1000 { files.add(folder.path("\(number)")) }
    for number in 0..<1000 { files.remove(folder.path("\(number)")) }
    let last = try folder.write("last", "")
    files.add(last)
    files.deleteAll()
    #expect(!fileExists(last))
  }
}
