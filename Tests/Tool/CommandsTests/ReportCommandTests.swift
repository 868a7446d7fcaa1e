import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@testable import CMCCommands

/// The commands that write pages, run as a user would.
@Suite struct ReportCommandTests {
  private let pair = ["\(demoFolder)/harbor", "\(demoFolder)/meadow"]

  @Test func aPageIsWrittenWhereItIsWanted() throws {
    let folder = try TemporaryFolder()
    for (arguments, path) in [
      (["--report"], "Reports/harbor--meadow.html"), (["--report", "a.html"], "a.html"),
      (["--report=b.html", "-q"], "b.html"),
      (["--report", "deep/er/c.html", "--worst", "3"], "deep/er/c.html"),
    ] {
      let run = try ProgramRun(["align"] + pair + ["--no-map"] + arguments, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("ritten: \(path)"), "\(run.output.suffix(80))")
      #expect(try readFile(folder.path(path)).starts(with: Array("<!DOCTYPE html>".utf8)))
    }
  }

  /// What stands behind `--report` and is no page is an argument, never a file to be replaced.
  @Test func anArgumentIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    let precious = try folder.write("precious.json", "mine")
    let first = try ProgramRun(["align", "--report"] + pair + ["--no-map"], in: folder.path)
    #expect(first.status == 0)
    let second = try ProgramRun(["align"] + pair + ["--report", precious], in: folder.path)
    #expect(second.status == 64)
    #expect(try readFile(precious) == Array("mine".utf8))
  }

  @Test func savedResultsAreDrawnAgain() throws {
    let folder = try TemporaryFolder()
    let made = try ProgramRun(["atlas"] + pair + ["-o", "out/atlas", "--threads", "2"], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    #expect(try ProgramRun(["align"] + pair + ["-o", "out/map.json"], in: folder.path).status == 0)
    _ = try folder.write("out/other.json", #"{"schema": "something.else"}"#)
    _ = try folder.write("out/broken.json", "{")
    let page = try readFile(folder.path("out/atlas.html"))
    let again = try ProgramRun(["report", "out", "-o", "again", "--json"], in: folder.path)
    #expect(again.status == 0, "\(again.errors)")
    let written = try JSONDocument(Array(again.output.utf8)).root.require("written").elements.compactMap(
      \.string)
    #expect(written == ["again/atlas.html", "again/map.html"])
    #expect(try readFile(folder.path("again/atlas.html")) == page)
  }

  @Test("A page that shows more than the file beside it stays, unless it is to be replaced")
  func theRicherPageStays() throws {
    let folder = try TemporaryFolder()
    let made = try ProgramRun(
      ["align"] + pair + ["-o", "out/map.json", "--report", "out/map.html"], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let page = try readFile(folder.path("out/map.html"))
    let kept = try ProgramRun(["report", "out"], in: folder.path)
    #expect(
      kept.status == 0 && kept.errors.contains("out/map.html: shows more than out/map.json can"),
      "\(kept.errors)")
    #expect(try readFile(folder.path("out/map.html")) == page)
    // Of a file that is named it is an error: nothing else was asked for.
    let named = try ProgramRun(["report", "out/map.json"], in: folder.path)
    #expect(named.status == 1 && named.errors.contains("--force"), "\(named.errors)")
    #expect(try readFile(folder.path("out/map.html")) == page)
    #expect(try ProgramRun(["report", "out", "--force"], in: folder.path).status == 0)
    #expect(try readFile(folder.path("out/map.html")) != page)
  }

  @Test func theDemonstrationIsDrawnAgain() throws {
    let folder = try TemporaryFolder()
    let shares = #"{"tokens": 4, "exact": 3, "shorter": 1, "longer": 0, "other": 0, "unmatched": 0}"#
    _ = try folder.write(
      "out/demo.json",
      """
      {"schema": "cmc.demo", "version": 1, "tool": "cmc", "models": "models", "world_seed": 1, "seed": 1, "prompts": 2,
       "alignment": \(shares), "answers": \(shares), "systems": [], "comparisons": [], "sweep": [], "examples": [],
       "claims": [{"text": "It holds.", "holds": true}], "seconds": 1, "peak_memory": 1}
      """)
    let run = try ProgramRun(["report", "out"], in: folder.path)
    #expect(run.status == 0 && run.output == "Written: out/demo.html\n", "\(run.output)\(run.errors)")
    #expect(String(decoding: try readFile(folder.path("out/demo.html")), as: UTF8.self).contains("It holds."))
  }

  /// Figures cannot say who drew them: the page does.
  ///
  /// Without it they are somebody's, and stay, however often it is tried.
  @Test func figuresAreDrawnAgainBesideTheirPage() throws {
    let folder = try TemporaryFolder()
    let sweep = RealData.checkout + "/Reports/examples/smollm2--gemma-3--sweep.json"
    try folder.write("sweep.json", bytes: try readFile(sweep))
    try folder.write("sweep-curve.svg", "mine")
    for _ in 0..<2 {
      let run = try ProgramRun(["report", "sweep.json"], in: folder.path)
      #expect(run.status == 1 && run.errors.contains("sweep-curve.svg"), "\(run.errors)")
      #expect(try readFile(folder.path("sweep-curve.svg")) == Array("mine".utf8))
    }
    try FileManager.default.removeItem(atPath: folder.path("sweep-curve.svg"))
    for _ in 0..<2 {
      let run = try ProgramRun(["report", "sweep.json"], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(fileExists(folder.path("sweep-curve.png")))
  }

  @Test func whatHasNoPageIsAnErrorThatNamesIt() throws {
    let folder = try TemporaryFolder()
    let other = try folder.write("other.json", #"{"schema": "something.else"}"#)
    let broken = try folder.write("broken.json", "{")
    let atlas = try folder.write(
      "atlas.json", #"{"schema": "cmc.atlas", "vocabularies": [], "exact": [[1]]}"#)
    let trace = try folder.write("trace.json", #"{"schema": "cmc.trace", "tool": 3}"#)
    let similarity = try folder.write("similarity.json", #"{"schema": "cmc.similarity"}"#)
    let loop = try folder.write("demo.json", #"{"schema": "cmc.demo", "prompts": "many"}"#)
    for path in [other, broken, atlas, trace, similarity, loop, "/no/such"] {
      let run = try ProgramRun(["report", path], in: folder.path)
      #expect(run.status == 1, "\(path)")
      #expect(run.errors.contains(path) && run.errors.filter(\.isNewline).count == 1, "\(run.errors)")
    }
    _ = try folder.write("empty/x.json", "[]")
    let empty = try ProgramRun(["report", "empty"], in: folder.path)
    #expect(empty.status == 1 && empty.errors.contains("no saved result"))
  }

  @Test func theAtlasIsTheSameForEveryNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    for threads in ["1", "2", "7"] {
      let run = try ProgramRun(
        ["atlas", "first=\(pair[0])", pair[1], "-o", threads, "--threads", threads, "--json"], in: folder.path
      )
      #expect(run.status == 0, "\(run.errors)")
      #expect(Array(run.output.utf8) == (try readFile(folder.path("\(threads).json"))))
    }
    let first = try readFile(folder.path("1.json"))
    #expect(try readFile(folder.path("2.json")) == first && readFile(folder.path("7.json")) == first)
    #expect(String(decoding: first, as: UTF8.self).contains("\"first\""))
    #expect(try ProgramRun(["atlas", pair[0]], in: folder.path).status == 64)
  }

  @Test func vocabulariesOfOneNameAreToldApartInTheAtlas() throws {
    let folder = try TemporaryFolder()
    for (place, path) in zip(["x", "y"], pair) {
      _ = try folder.write("\(place)/note", "")
      try FileManager.default.copyItem(atPath: path, toPath: folder.path("\(place)/final"))
    }
    let run = try ProgramRun(
      ["atlas", "x/final", "y/final", "x/final", "-o", "a", "--json"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let atlas = try JSONDocument(Array(run.output.utf8)).root
    let names = atlas["vocabularies"]?.elements.map { $0["name"]?.string ?? "" }
    #expect(names == ["x/final", "y/final", "x/final (2)"], "\(run.output.prefix(400))")
    let twice = try ProgramRun(["atlas", "A=x/final", "A=y/final", "-o", "b"], in: folder.path)
    #expect(twice.status == 64 && twice.errors.contains("'A'"), "\(twice.errors)")
  }

  @Test func aValueBehindTheSignIsTwoArguments() {
    #expect(
      CommandLineTool.separated(["align", "--report=a=b.html", "-q", "--", "--report=c"])
        == ["align", "--report", "a=b.html", "-q", "--", "--report=c"])
  }

  /// What has another ending is no page, and is not left unheeded.
  @Test func aPageHasTheEndingOfOne() throws {
    let folder = try TemporaryFolder()
    for arguments in [pair + ["--report=page.txt"], ["--report=page.txt"] + pair + ["--no-map"]] {
      let run = try ProgramRun(["align"] + arguments, in: folder.path)
      #expect(run.status == 64 && run.errors.contains("--report is a page"), "\(run.errors)")
    }
    #expect(!fileExists(folder.path("Reports")))
  }

  /// The page of an alignment says more than that of its map.
  @Test func thePageOfAMapTakesNoOthersPlace() throws {
    let folder = try TemporaryFolder()
    let align = ["align"] + pair + ["-q", "-o", "map.json", "--report", "map.html"]
    for _ in 0..<2 { #expect(try ProgramRun(align, in: folder.path).status == 0) }
    let page = try readFile(folder.path("map.html"))
    let run = try ProgramRun(["report", "map.json"], in: folder.path)
    #expect(run.status == 1 && run.errors.contains("map.html: holds"), "\(run.errors)")
    #expect(try readFile(folder.path("map.html")) == page)
    #expect(try ProgramRun(["report", "map.json", "--force"], in: folder.path).status == 0)
  }
}
