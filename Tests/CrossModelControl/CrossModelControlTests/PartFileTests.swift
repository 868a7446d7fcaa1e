import CMCPrimitives
import CrossModelControl
import TestSupport
import Testing

/// What a long run has finished, when its output has no place.
@Suite struct PartFileTests {
  private struct Settings: RunSettings {
    static let kind = "cmc.test"
    var seed = 1
  }

  let folder: TemporaryFolder
  private var output: String { folder.path("out.json") }

  init() throws { folder = try TemporaryFolder() }

  private func finished() throws -> PartFile<Settings> {
    let part = PartFile(output: output, settings: Settings())
    _ = try part.resume(limit: 1) { _, _ in true }
    try part.append(Array("{}".utf8))
    return part
  }

  /// All work is in it: it stays, the error says where it is and what to do, and the same run has nothing left to do.
  @Test(arguments: [OutputConflict.exists, .otherInputs, .otherKind(found: "cmc.a")])
  func itStaysWhereTheOutputIsRefused(conflict: OutputConflict) throws {
    do {
      let part = try finished()
      let error = #expect(throws: FileError.self) {
        try part.finish { throw FileError(path: output, underlying: conflict) }
      }
      #expect(
        error?.description
          == "\(output): \(conflict.description); what was computed is kept in \(output).part")
      #expect(error?.hint?.contains("--force") == true)
    }
    let again = PartFile(output: output, settings: Settings())
    #expect(try again.resume(limit: 1) { _, _ in true } == [Array("{}".utf8)])
    try again.finish {}
    #expect(try namesIn(folder) == [])
  }

  /// What no other call would mend is told as it is; what the system says, too.
  @Test(arguments: [OutputConflict.twice, .isInput(output: "a")])
  func otherErrorsAreWhatTheyAre(conflict: OutputConflict) throws {
    let part = try finished()
    let error = #expect(throws: FileError.self) {
      try part.finish { throw FileError(path: output, underlying: conflict) }
    }
    #expect(error?.underlying as? OutputConflict == conflict)
    #expect(try namesIn(folder) == ["out.json.part"])
  }
}
