import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// The contract of the command line: streams, exit codes, files.
@Suite struct ProgramTests {
  private let pair = ["\(demoFolder)/harbor", "\(demoFolder)/meadow"]

  @Test func demoWritesItsMapAndEveryKindAndMethodOccurs() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(["demo", "--align", "--json"], in: folder.path)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let root = try JSONDocument(Array(run.output.utf8)).root
    let tokens = try #require(root["tokens"]?.int)
    let counts = try #require(root["counts"])
    let shorter = try #require(counts["prefix_shorter"]?.int)
    let longer = try #require(counts["prefix_longer"]?.int)
    let unmatched = try #require(counts["unmatched"]?.int)
    #expect((shorter + longer) * 20 >= tokens, "at least 5 % prefix")
    #expect(longer > 0 && shorter > 0)
    #expect(unmatched * 100 >= tokens, "at least 1 % unmatched")
    #expect(try #require(counts["exact"]?.int) > 0)
    #expect(try #require(counts["role"]?.int) > 0)
    let written = try #require(root["written"]?.elements.first?.string)
    let map = try JSONDocument(try readFile(folder.path(written))).root
    #expect(map["ids"]?.elements.count == tokens)
    let marker = try #require(root["specials"]?.elements.first { $0["piece"]?.string == "<|end|>" })
    #expect(marker["target_piece"]?.string == "<|im_end|>")
  }

  /// A blank can be searched for as lists show it.
  @Test func aVisibleBlankIsFound() throws {
    let folder = try TemporaryFolder()
    func count(_ pattern: String) throws -> Int {
      let run = try ProgramRun(["inspect", pair[0], "--match", pattern, "--tsv"], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      return run.output.split(separator: "\n").count
    }
    let plain = try count("^ the$")
    #expect(plain > 1)
    #expect(try count("^␣the$") == plain)
  }

  @Test func aCopyRunFromTheRootFolderFindsItsData() throws {
    let folder = try TemporaryFolder()
    let copy = folder.path("cmc")
    try FileManager.default.copyItem(atPath: ProgramRun.program, toPath: copy)
    let found = try ProgramRun(
      ["demo", "--align", "-q", "-o", folder.path("maps")], in: folder.path, program: copy)
    #expect(found.status == 0, "\(found.errors)")
    // By the environment variable, and by a share folder beside the program.
    let share = folder.path("share/cmc")
    try FileManager.default.createDirectory(atPath: share, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: demoFolder, toPath: share + "/demo")
    for environment in [["CMC_SHARE": share], [:]] {
      let run = try ProgramRun(
        ["demo", "--align", "-o", "maps"], in: folder.path, program: copy, environment: environment)
      #expect(run.status == 0)
      #expect(run.output.contains("cmc explain \(share)") || run.output.contains("share/cmc/demo/harbor"))
    }
  }

  @Test func theSameMapForEveryNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    for threads in ["1", "2", "7"] {
      let run = try ProgramRun(
        ["align"] + pair + ["--threads", threads, "-o", "\(threads).json", "--fallback", "mined"],
        in: folder.path)
      #expect(run.status == 0)
    }
    let first = try readFile(folder.path("1.json"))
    #expect(try readFile(folder.path("2.json")) == first)
    #expect(try readFile(folder.path("7.json")) == first)
  }

  @Test func anErrorIsOneLineWithFileAndReason() throws {
    let folder = try TemporaryFolder()
    let empty = try folder.write("empty.json", "")
    let cut = try folder.write("cut.json", #"{"model": {"type": "BPE", "vocab": {"a": 0"#)
    for (arguments, part) in [
      (["align", empty, pair[1]], empty), (["align", cut, pair[1]], cut),
      (["align", "/no/such", pair[1]], "/no/such"),
      (["inspect", folder.path], folder.path), (["explain"] + pair + ["no such token"], "no such token"),
      (["map", "check", empty], empty), (["align"] + pair + ["--overrides", "/no/file"], "/no/file"),
      (["align"] + pair + ["-o", "/proc/nowhere/map.json"], "/proc/nowhere"),
    ] {
      let run = try ProgramRun(arguments, in: folder.path)
      #expect(run.status == 1, "\(arguments)")
      #expect(run.output == "", "\(arguments)")
      #expect(run.errors.hasPrefix("cmc: ") && run.errors.contains(part), "\(run.errors)")
      #expect(run.errors.filter { $0 == "\n" }.count == 1, "\(run.errors)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("map") } == [])
  }

  @Test func wrongUsageIsExitCode64() throws {
    let folder = try TemporaryFolder()
    for arguments in [
      ["align"], ["align"] + pair + ["--threads", "0"], ["explain"] + pair, ["frobnicate"],
      ["align"] + pair + ["--compat", "cmc", "--method", "exact"], ["inspect", pair[0], "--match", "("],
      ["inspect", pair[0], "--unmatched"], ["inspect", pair[0], "--script", "Latim"],
      ["align"] + pair + ["--format", "cmc-one2one", "-o", "plain"],
    ] {
      #expect(try ProgramRun(arguments, in: folder.path).status == 64, "\(arguments)")
    }
  }

  @Test func aFullDiskLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(["inspect", pair[0]], in: folder.path, environment: [:])
    #expect(run.status == 0)
    let full = Process()
    full.executableURL = URL(fileURLWithPath: "/bin/sh")
    full.arguments = [
      "-c", "'\(ProgramRun.program)' inspect '\(pair[0])' >/dev/full 2>'\(folder.path("e"))'",
    ]
    try full.run()
    full.waitUntilExit()
    #expect(full.terminationStatus == 1)
    let message = String(decoding: try readFile(folder.path("e")), as: UTF8.self)
    #expect(message.contains("standard output") && message.contains("No space left"))
  }

  /// What is asked for in place of a command is written like any result.
  @Test(arguments: ["--help", "help align", "--version", "--generate-completion-script bash"])
  func helpThatCannotBeWrittenIsAnError(_ call: String) throws {
    let folder = try TemporaryFolder()
    let full = Process()
    full.executableURL = URL(fileURLWithPath: "/bin/sh")
    full.arguments = ["-c", "'\(ProgramRun.program)' \(call) >/dev/full 2>'\(folder.path("e"))'"]
    try full.run()
    full.waitUntilExit()
    #expect(full.terminationStatus == 1)
    let message = String(decoding: try readFile(folder.path("e")), as: UTF8.self)
    #expect(message.contains("standard output") && message.contains("No space left"))
  }

  @Test func aClosedPipeIsNoError() throws {
    let folder = try TemporaryFolder()
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/bash")
    shell.arguments = [
      "-c",
      "'\(ProgramRun.program)' inspect '\(pair[1])' --sort id --tsv 2>'\(folder.path("e"))' | head -n 1 >'\(folder.path("o"))'; exit ${PIPESTATUS[0]}",
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(shell.terminationStatus == 0)
    #expect(try readFile(folder.path("e")).isEmpty)
    #expect(!(try readFile(folder.path("o"))).isEmpty)
  }

  @Test func aStarterFileIsReadBackAndNeverReplaced() throws {
    let folder = try TemporaryFolder()
    let made = try ProgramRun(
      ["align"] + pair + ["--no-map", "--write-overrides", "o.yaml"], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    #expect(
      try ProgramRun(["align"] + pair + ["--no-map", "--overrides", "o.yaml"], in: folder.path).status == 0)
    // The same bytes again lose nothing; what somebody wrote into the file since would be lost.
    let write = ["align"] + pair + ["--no-map", "--write-overrides", "o.yaml"]
    #expect(try ProgramRun(write, in: folder.path).status == 0)
    let before = try readFile(folder.path("o.yaml")) + Array("# mine\n".utf8)
    _ = try folder.write("o.yaml", bytes: before)
    let again = try ProgramRun(write, in: folder.path)
    #expect(again.status == 1 && again.errors.contains("exists already"))
    #expect(try readFile(folder.path("o.yaml")) == before)
  }

  @Test func helpShowsExamplesOfEveryCommand() throws {
    let folder = try TemporaryFolder()
    let commands = [
      "align", "atlas", "capture", "coverage", "demo", "evaluate", "explain", "formats", "generate",
      "inspect", "logits",
      "map", "map compose", "map shuffle", "merge", "report", "serve", "similarity", "sinkhorn", "sweep",
      "tokenize", "train", "train delta", "train full", "train lora", "verify",
    ]
    for command in [[]] + commands.map({ $0.split(separator: " ").map(String.init) }) {
      let run = try ProgramRun(command + ["--help"], in: folder.path, environment: ["COLUMNS": "200"])
      #expect(run.status == 0 && run.output.contains("EXAMPLES"), "\(command)")
      // They can be copied from a terminal of the usual width: a longer one would be broken inside a word's quotes.
      let examples = run.output.components(separatedBy: "\n").drop { $0 != "EXAMPLES" }.prefix { !$0.isEmpty }
      for line in examples { #expect(line.count < 80, "\(line)") }
    }
    #expect(
      try ProgramRun(["--generate-completion-script", "bash"], in: folder.path).output.contains("align"))
  }
}
