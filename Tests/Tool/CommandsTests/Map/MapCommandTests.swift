import ArgumentParser
import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCTokenMapFormats
import CMCVocabulary
import TestSupport
import Testing

@testable import CMCCommands

/// A map of three rows with pieces, written as the own format.
private func write(_ ids: [Int32], _ methods: [MapMethod], to path: String) throws {
  let side = MapSide(name: "v", maxID: 2, pieces: ByteTable(["a", "b", "ab"].map { Array($0.utf8) }))
  let map = TokenMap(
    source: side, target: side,
    choices: zip(ids, methods).map { id, method in
      TargetChoice(id: id, method: method, distance: method == .prefix ? 1 : method == .exact ? 0 : -1)
    })
  try AtomicFile.writeAll(try TokenMapWriter.files(for: map, format: .json, at: path).files)
}

private func run(_ arguments: [String]) throws {
  var command = try CMC.parseAsRoot(["map"] + arguments)
  try command.run()
}

@Test func aMapIsConvertedAndBack() throws {
  let folder = try TemporaryFolder()
  try write([0, 1, 0], [.exact, .exact, .prefix], to: folder.path("m.json"))
  try run(["convert", folder.path("m.json"), "--format", "npy", "-o", folder.path("m.npy"), "-q"])
  #expect(try TokenMapReader.read(folder.path("m.npy")).ids == [0, 1, 0])
  try run(["convert", folder.path("m.npy"), "-o", folder.path("back.json"), "-q"])
  #expect(try TokenMapReader.read(folder.path("back.json")).ids == [0, 1, 0])
  try run(["invert", folder.path("m.json"), "-o", folder.path("inverse.json"), "-q"])
  #expect(try TokenMapReader.read(folder.path("inverse.json")).ids == [0, 1, -1])
  try run([
    "compose", folder.path("m.json"), folder.path("inverse.json"), "-o", folder.path("both.json"), "-q",
  ])
  #expect(try TokenMapReader.read(folder.path("both.json")).distances == [0, 0, 1])
}

@Test func whatCannotBeWrittenLeavesNoFile() throws {
  let folder = try TemporaryFolder()
  try write([0, 1, -1], [.exact, .exact, .unmatched], to: folder.path("m.json"))
  #expect(throws: TokenMapFormatError.unmatched(count: 1, format: .dskd)) {
    try run(["convert", folder.path("m.json"), "--format", "dskd", "-o", folder.path("d.json"), "-q"])
  }
  #expect(!fileExists(folder.path("d.json")))
  // A wrong prefix is a mistake in the call, with the corrected prefix in the message.
  do {
    try run(["convert", folder.path("m.json"), "--format", "cmc-one2one", "-o", folder.path("x"), "-q"])
    Issue.record("a prefix without one2one was taken")
  } catch let error as ValidationError {
    #expect(error.message.contains("use \(folder.path("x_one2one"))"))
  }
}

@Test func aCheckThatDoesNotHoldEndsWithTwo() throws {
  let folder = try TemporaryFolder()
  try write([0, 1, -1], [.exact, .exact, .unmatched], to: folder.path("m.json"))
  try run(["check", folder.path("m.json"), "--require-coverage", "0.6", "-q"])
  #expect(throws: ExitCode(2)) {
    try run(["check", folder.path("m.json"), "--require-coverage", "0.7", "-q"])
  }
  #expect(throws: ExitCode(2)) {
    try run(["check", folder.path("m.json"), "--require-exact", "0.67", "--json", "-q"])
  }
}

@Test(arguments: [
  ["check", "m", "--require-coverage", "1.5"], ["check", "m", "--require-coverage", "nan"],
  ["check", "m", "--require-roles", "bos"], ["check", "m", "--require-roles", "king", "--source", "s"],
  ["check", "m", "--require-roles", "", "--source", "s"],
  ["check", "m", "--require-roles", ",", "--source", "s"],
  ["diff", "m", "n", "--limit", "-1"], ["diff", "m", "n", "--json", "--tsv"], ["convert", "m"],
  ["convert", "m", "-o", ""], ["convert", "m", "-o", "x", "--pieces"],
])
func callsThatCannotBeMeantAreRefused(_ arguments: [String]) {
  #expect {
    _ = try CMC.parseAsRoot(["map"] + arguments)
  } throws: {
    CMC.exitCode(for: $0) == .validationFailure
  }
}

@Test func aDiffListsBothEntries() throws {
  let folder = try TemporaryFolder()
  try write([0, 1, -1], [.exact, .exact, .unmatched], to: folder.path("a.json"))
  try write([0, 1, 0], [.exact, .exact, .prefix], to: folder.path("b.json"))
  let diff = try TokenMapDiff(
    from: TokenMapReader.read(folder.path("a.json")), to: TokenMapReader.read(folder.path("b.json")))
  let rows = MapDiffRendering.table(diff.changes[...], isShortened: false).tabSeparated().split(
    separator: "\n")
  #expect(rows.count == 2)
  #expect(rows[1] == "ab\t2\t\t-1\tunmatched\t-1\ta\t0\tprefix\t1")
  let json = try JSONDocument(MapDiffRendering.json(diff)).root
  #expect(json["gained"]?.int == 1)
  #expect(json["changes"]?.elements.first?["after"]?["ids"]?.elements.first?.int == 0)
  #expect(MapDiffRendering.text(diff, limit: 0).contains("and 1 more changes"))
}
