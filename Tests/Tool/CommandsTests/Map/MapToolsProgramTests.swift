import CMCFastJSON
import CMCPrimitives
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

  /// Vocabularies that a map was given are not held against themselves.
  @Test func aMapThatNamesNoVocabulariesIsNotFoundToBeOfThem() throws {
    let folder = try folder()
    func checks(_ map: String, _ pair: [String]) throws -> [String] {
      let root = try json(["map", "check", map] + pair, in: folder).root
      return (root["checks"]?.elements ?? []).compactMap { $0["name"]?.string }
    }
    #expect(try checks("map.json", Self.pair).contains("source fingerprint"))
    let bare = try checks("map.npy", Self.pair)
    #expect(!bare.isEmpty && !bare.contains { $0.hasSuffix("fingerprint") }, "\(bare)")
    let run = try ProgramRun(["map", "check", "map.npy"] + Self.pair, in: folder.path)
    #expect(run.errors.contains("does not say of which source and target it is"), "\(run.errors)")
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

  @Test func aMapOfTensorsIsCompletedByItsTokenizers() throws {
    let folder = try folder()
    let converted = try ProgramRun(
      ["map", "convert", "map.json", "-o", "map.safetensors", "-q"], in: folder.path)
    #expect(converted.status == 0, "\(converted.errors)")
    let tensors = "map.safetensors"
    let figures = try ["map.json", tensors].map {
      try json(["map", "check", $0] + Self.pair, in: folder).root
    }
    for key in ["coverage", "exact_share", "exact_unknown"] {
      #expect(figures[0][key]?.double == figures[1][key]?.double, "\(key)")
    }
    #expect(figures[1]["basis"]?.string == "non-special source tokens")
    for filter in [["--special"], ["--kind", "byte"], ["--script", "Latin"], ["--match", "^a"]] {
      let rows = try ["map.json", tensors].map {
        try json(["inspect", $0] + filter + Self.pair, in: folder).root["rows"]?.elements.compactMap {
          $0["id"]?.int
        }
      }
      #expect(rows[0] == rows[1] && rows[0]?.isEmpty == false, "\(filter)")
    }
    let back = try ProgramRun(
      ["map", "convert", tensors, "-o", "back.json", "-q"] + Self.pair, in: folder.path)
    #expect(back.status == 0, "\(back.errors)")
    let sides = try ["map.json", "back.json"].map {
      try JSONDocument(readFile(folder.path($0))).root["source"]
    }
    #expect(sides[0]?["kinds"]?.string == sides[1]?["kinds"]?.string && sides[1]?["kinds"] != nil)
    #expect(sides[1]?["pieces"]?.elements.count == sides[0]?["pieces"]?.elements.count)
  }

  @Test func anOverrideOfEqualBytesIsExact() throws {
    let folder = try folder()
    let exact = try json(["inspect", "map.json", "--method", "exact", "--kind", "text"], in: folder).root
    let row = try #require(exact["rows"]?.elements.first)
    let id = try #require(row["id"]?.int)
    let target = try #require(row["targets"]?.elements.first?.int)
    try folder.write(
      "o.yaml", "version: 1\nentries:\n  - source: {id: \(id)}\n    target: {id: \(target)}\n")
    let made = try ProgramRun(
      [
        "align", "\(demoFolder)/harbor", "\(demoFolder)/meadow", "-q", "--overrides", "o.yaml",
        "-o", "o.json",
      ], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    for map in ["o.npy", "o.safetensors"] {
      #expect(try ProgramRun(["map", "convert", "o.json", "-o", map, "-q"], in: folder.path).status == 0)
    }
    let shares = try ["map.json", "o.json", "o.npy", "o.safetensors"].map {
      try json(["map", "check", $0] + Self.pair, in: folder).root["exact_share"]?.double
    }
    #expect(shares[0] ?? 0 > 0 && shares.allSatisfy { $0 == shares[0] }, "\(shares)")
    let summaries = try ["map.json", "o.json"].map {
      try json(["inspect", $0, "--method", "exact"], in: folder).root["rows"]?.elements.count
    }
    #expect(summaries[0] == summaries[1])
  }

  @Test func pairsOfPiecesAreThoseOfTheTokenizersAndComeBack() throws {
    let folder = try folder()
    let pairs = ["map", "convert", "map.json", "--format", "pairs", "--pieces", "-o", "p.tsv"]
    let open = try ProgramRun(pairs, in: folder.path)
    #expect(open.status == 1 && open.errors.contains("--source"), "\(open.errors)")
    let written = try ProgramRun(pairs + Self.pair, in: folder.path)
    #expect(written.status == 0 && !written.errors.contains("pieces and kinds"), "\(written.errors)")
    #expect(written.errors.contains("kinds are not kept"), "\(written.errors)")
    let back = try ProgramRun(["map", "convert", "p.tsv", "-o", "b.json", "-q"] + Self.pair, in: folder.path)
    #expect(back.status == 0, "\(back.errors)")
  }

  @Test func aCommandWithTheOptionAsksForTheFormat() throws {
    let folder = try TemporaryFolder()
    try folder.write("d.json", #"{"0": 1}"#)
    for arguments in [["map", "check"], ["inspect"]] {
      let run = try ProgramRun(arguments + ["d.json"], in: folder.path)
      #expect(run.errors.contains("name it with --from dskd|tokalign"), "\(run.errors)")
      #expect(!run.errors.contains("map convert"), "\(run.errors)")
    }
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
    let needless = try ProgramRun(
      ["map", "convert", "map.json", "--format", "npy", "--fill", "nearest", "-o", "f.npy", "-q"] + Self.pair,
      in: folder.path)
    #expect(needless.status == 64 && needless.errors.contains("npy can"), "\(needless.errors)")
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
