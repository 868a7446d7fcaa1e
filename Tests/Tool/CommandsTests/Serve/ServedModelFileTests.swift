import CMCPrimitives
import CrossModelControl
import TestSupport
import Testing

@testable import CMCCommands

/// The YAML file of models that a server has.
@Suite struct ServedModelFileTests {
  private func entries(_ text: String, folder: String = ".") throws -> [ServedModelFile.Entry] {
    try ServedModelFile(Array(text.utf8), folder: folder).entries
  }

  @Test func everyKeyIsRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.gguf", "")
    try folder.write("shuffled.json", "")
    let entries = try entries(
      """
      version: 1
      models:
        - name: one
          user: m.gguf
          user-tokenizer: some/id
          alpha: 0.5
          mode: add
          unmatched: mask
          template: chatml
          delta-template: own
          system: Be short.
          parse-special: true
          deltas:
            - model: org/delta
              tokenizer: t
              anti-expert: org/base
              alpha: -1
              map: map.json
          maps:
            shuffled: shuffled.json
            b: other.json
        - {name: two, user: n}
      """, folder: folder.path)
    #expect(entries.map(\.name) == ["one", "two"])
    let one = entries[0].configuration
    #expect(one.user.argument == folder.path("m.gguf"), "a file beside")
    #expect(one.deltas[0].model.argument == "org/delta", "an id of the hub")
    #expect(one.alpha == 0.5 && one.mode == .add && one.unmatched == .mask)
    #expect(one.template == "chatml" && one.deltaTemplate == "own" && one.prompting.system == "Be short.")
    #expect(one.specialTokens == .areParsed && one.deltas[0].alpha == -1)
    #expect(one.deltas[0].antiExpert?.argument == "org/base" && one.deltas[0].map?.path == "map.json")
    #expect(entries[0].maps.map(\.name) == ["shuffled", "b"])
    #expect(entries[0].maps.map(\.path) == [folder.path("shuffled.json"), "other.json"])
    #expect(entries[0].hasTemplate && !entries[1].hasTemplate && entries[1].configuration.deltas.isEmpty)
  }

  @Test(arguments: [
    ("", 1, "version"), ("version: 2\nmodels: []", 1, "version"), ("version: 1\nmodels: []", 2, "models"),
    ("version: 1\nmodels:\n  - {name: a, user: b, usr: c}", 3, "usr"),
    ("version: 1\nmodels:\n  - {name: a}", 3, "user"),
    ("version: 1\nmodels:\n  - {name: a, user: b}\n  - {name: a, user: b}", 4, "name"),
    ("version: 1\nmodels:\n  - {name: a, user: b, alpha: x}", 3, "alpha"),
    ("version: 1\nmodels:\n  - {name: a, user: b, mode: x}", 3, "base-normalize"),
    ("version: 1\nmodels:\n  - {name: a, user: b, maps: {c: d}}", 3, "maps"),
    ("version: 1\nmodels:\n  - {name: a, user: b, deltas: c}", 3, "deltas"), ("version: [", 2, ""),
  ])
  func faultsAreNamedWithTheirLine(text: String, line: Int, word: String) throws {
    do {
      _ = try entries(text)
      Issue.record("that is no file of models")
    } catch let error as ServeError {
      guard case .file(let found, let reason) = error else { throw error }
      #expect(reason.contains(word), "\(reason)")
      #expect(found == line, "\(reason)")
    }
  }
}
