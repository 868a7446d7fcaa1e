import CMCFastJSON
import Foundation
import TestSupport
import Testing

/// What `cmc map`, `inspect` and `coverage` say of maps that other programs wrote, and of each other's figures.
@Suite struct MapToolsProgramTests {
  private static let pair = ["--source", "\(demoFolder)/harbor", "--target", "\(demoFolder)/meadow"]

  /// A folder with the demonstration's map in its own format and as bare ids.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for arguments in [
      ["align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "-q", "-o", "map.json"],
      ["map", "convert", "map.json", "-o", "map.npy", "-q"],
    ] {
      let run = try ProgramRun(arguments, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    return folder
  }

  private func json(_ arguments: [String], in folder: TemporaryFolder) throws -> JSONDocument {
    try JSONDocument(Array(ProgramRun(arguments + ["--json"], in: folder.path).output.utf8))
  }

  @Test func whatCannotBeCheckedIsNotCalledGood() throws {
    let folder = try TemporaryFolder()
    try folder.write("m.json", "[1,2,3]")
    let run = try ProgramRun(["map", "check", "m.json"], in: folder.path)
    #expect(run.status == 2)
    #expect(
      run.output.contains("Nothing could be checked") && run.output.contains("--source"), "\(run.output)")
    #expect(run.output.contains("not known"), "\(run.output)")
    #expect(!run.output.contains("exact 0"), "\(run.output)")
  }

  @Test func exactnessOfAnImportedMapIsThatOfTheMapItCameFrom() throws {
    let folder = try folder()
    try folder.write("c.txt", "the harbour lay quiet under the stars, and the ships were still\n")
    let own = try json(["map", "check", "map.json"] + Self.pair, in: folder).root
    let imported = try json(["map", "check", "map.npy"] + Self.pair, in: folder).root
    #expect(own["exact_share"]?.double ?? 0 > 0.1)
    #expect(imported["exact_share"]?.double == own["exact_share"]?.double)
    #expect(try json(["map", "check", "map.npy"], in: folder).root["exact_unknown"]?.int ?? 0 > 0)
    let coverage = try ["map.json", "map.npy"].map { map in
      try json(["coverage", map, "--corpus", "c.txt"] + Self.pair, in: folder)
        .root["total"]?["methods"]?["exact"]?["tokens"]?.int
    }
    #expect(coverage[0] ?? 0 > 0 && coverage[0] == coverage[1])
    let listed = try ["map.json", "map.npy"].map { map in
      try json(["inspect", map, "--method", "exact"] + Self.pair, in: folder).root["rows"]?.elements.count
    }
    #expect(listed[0] ?? 0 > 0 && listed[0] == listed[1])
  }

  @Test func aTableOfPiecesNamedLikeOurMembersIsNotOurs() throws {
    let folder = try TemporaryFolder()
    try folder.write("t.json", #"{"version": "version", "ids": "ids", "a": "a"}"#)
    let run = try ProgramRun(["map", "check", "t.json"], in: folder.path)
    #expect(run.errors.contains("fusellm") && run.errors.contains("--from"), "\(run.errors)")
  }

  @Test func figuresOfListsAndSummariesAgree() throws {
    let folder = try folder()
    // One token is placed and one is left without a target, both by a file.
    try folder.write(
      "o.yaml",
      """
      version: 1
      entries:
        - source: {id: 300}
          target: {id: 301}
        - source: {id: 302}
          target: null
      """)
    let run = try ProgramRun(
      [
        "align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "--overrides", "o.yaml", "-o", "o.json",
        "--json",
      ],
      in: folder.path)
    let counts = try JSONDocument(Array(run.output.utf8)).root["counts"]
    #expect(counts?["unmatched_by_override"]?.int ?? 0 >= 1, "\(run.output.prefix(2000))")
    let listed = try json(["inspect", "o.json", "--method", "override"], in: folder).root["rows"]?.elements
    #expect(listed?.count == counts?["override"]?.int && listed?.isEmpty == false)
    #expect(listed?.allSatisfy { $0["method"]?.string == "override" } == true)
    let left = try json(["inspect", "o.json", "--unmatched"], in: folder).root["rows"]?.elements
    #expect(left?.count == counts?["unmatched"]?.int)
    #expect(left?.allSatisfy { $0["method"]?.string == "unmatched" } == true)
    let all =
      try json(["inspect", "map.json", "--method", "prefix"], in: folder).root["rows"]?.elements.count ?? 0
    let few = try ProgramRun(["inspect", "map.json", "--method", "prefix", "--limit", "5"], in: folder.path)
    #expect(few.output.contains("\(all) tokens, 5 of them shown"), "\(few.output)")
  }

  @Test func twoMapsHaveFormatsOfTheirOwn() throws {
    let folder = try folder()
    let filled = try ProgramRun(
      ["map", "convert", "map.json", "--format", "dskd", "--fill", "nearest", "-o", "d.json", "-q"]
        + Self.pair,
      in: folder.path)
    #expect(filled.status == 0, "\(filled.errors)")
    let diff = ["map", "diff", "map.json", "d.json", "--targets-only"] + Self.pair
    let open = try ProgramRun(diff, in: folder.path)
    #expect(open.status == 1 && open.errors.contains("--from-second"), "\(open.errors)")
    let given = try ProgramRun(diff + ["--from-second", "dskd", "--exit-code", "-q"], in: folder.path)
    #expect(given.status == 2, "\(given.errors)")
    #expect(given.output.split(separator: "\n").count == 1)
    let same = try ProgramRun(
      ["map", "diff", "map.json", "map.npy", "--exit-code", "--targets-only"] + Self.pair, in: folder.path)
    #expect(same.status == 0, "\(same.output)")
    let other = try ProgramRun(
      ["map", "diff", "map.json", "map.npy", "--exit-code"] + Self.pair, in: folder.path)
    #expect(other.status == 2, "methods differ")
  }

  @Test func specialTokensAreNotFilledWithText() throws {
    let folder = try folder()
    let filled = try ProgramRun(
      ["map", "convert", "map.json", "--format", "npy", "--fill", "nearest", "-o", "f.npy", "-q"] + Self.pair,
      in: folder.path)
    #expect(filled.status == 0, "\(filled.errors)")
    let dskd = try ProgramRun(
      ["map", "convert", "map.json", "--format", "dskd", "--fill", "nearest", "-o", "f.json", "-q"]
        + Self.pair,
      in: folder.path)
    #expect(dskd.status == 0, "\(dskd.errors)")
    let specials = try json(["inspect", "f.json", "--from", "dskd", "--special"] + Self.pair, in: folder).root
    let meadow = try json(["inspect", "\(demoFolder)/meadow", "--special"], in: folder).root
    let ids = Set((meadow["tokens"]?.elements ?? []).compactMap { $0["id"]?.int })
    let rows = specials["rows"]?.elements ?? []
    #expect(!rows.isEmpty && !ids.isEmpty)
    for row in rows {
      let target = row["targets"]?.elements.first?.int ?? -1
      #expect(ids.contains(target), "\(row["piece"]?.string ?? "") goes to \(target)")
    }
  }

  @Test func duplicatesAreFound() throws {
    let folder = try folder()
    let rows = try json(["inspect", "map.json", "--duplicates"], in: folder).root["rows"]?.elements ?? []
    let targets = rows.compactMap { $0["targets"]?.elements.first?.int }
    #expect(!rows.isEmpty && targets.count == rows.count)
    #expect(Dictionary(grouping: targets) { $0 }.values.allSatisfy { $0.count > 1 })
  }

  @Test func quietIsOneLine() throws {
    let folder = try folder()
    try folder.write("c.txt", "the harbour lay quiet\n")
    for arguments in [
      ["align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "--no-map"], ["inspect", "map.json"],
      ["inspect", "\(demoFolder)/harbor"], ["inspect", "map.json", "--unmatched"],
      ["coverage", "map.json", "--corpus", "c.txt"] + Self.pair, ["map", "check", "map.json"],
      ["map", "diff", "map.json", "map.json"], ["map", "invert", "map.json", "-o", "i.json"],
      ["atlas", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "-o", "atlas"],
      ["explain", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "--id", "300"],
      ["report", "map.json"], ["tokenize", "\(demoFolder)/harbor", "the harbour"],
    ] {
      let run = try ProgramRun(arguments + ["-q"], in: folder.path)
      #expect(run.status == 0 && run.errors == "", "\(arguments): \(run.errors)")
      #expect(run.output.split(separator: "\n").count == 1, "\(arguments): \(run.output)")
    }
  }

  @Test func theAtlasPrintsItsMatrix() throws {
    let folder = try folder()
    let run = try ProgramRun(
      ["atlas", "one=\(demoFolder)/harbor", "two=\(demoFolder)/meadow", "-o", "atlas"], in: folder.path)
    #expect(run.output.contains("equal tokens in …"), "\(run.output)")
    #expect(run.output.contains("·"))
  }

  @Test(arguments: [60, 80, 100])
  func tablesFitTheTerminal(width: Int) throws {
    let folder = try folder()
    try folder.write("c.txt", "the harbour lay quiet\n")
    for arguments in [
      ["align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "--no-map"],
      ["coverage", "map.json", "--corpus", "c.txt"] + Self.pair, ["inspect", "map.json", "--unmatched"],
    ] {
      let run = try ProgramRun(arguments, in: folder.path, environment: ["COLUMNS": "\(width)"])
      #expect(run.status == 0, "\(run.errors)")
      for line in run.output.split(separator: "\n") where line.contains("  ") {
        #expect(line.count <= width, "\(arguments[0]): \(line)")
      }
    }
  }
}
