import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// The whole loop over the models that come with the tool.
@Suite struct ClosedLoopProgramTests {
  private func demo(_ arguments: [String], in folder: String) throws -> JSONValue {
    let run = try ProgramRun(["demo", "--json"] + arguments, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors == "")
    return try JSONDocument(Array(run.output.utf8)).root
  }

  /// Everything that should be shown is, on prompts of another seed than the documents quote; files say how it came about.
  @Test func everyClaimHolds() throws {
    let folder = try TemporaryFolder()
    let root = try demo(["--seed", "77", "--prompts", "120"], in: folder.path)
    let claims = try #require(root["claims"]?.elements)
    #expect(claims.count == 9)
    for claim in claims {
      #expect(claim["holds"]?.bool == true, "\(claim["text"]?.string ?? "")")
    }
    let systems = try #require(root["systems"]?.elements)
    #expect(systems.count == 26)
    for system in systems {
      let id = try #require(system["id"]?.string)
      guard id != "constant", id != "copied" else { continue }
      let file = try JSONDocument(
        try readFile(folder.path("Reports/demo/evaluations/\(id).json"))
      ).root
      #expect(file["items"]?.elements.count == 120, "\(id)")
      let exact = try #require(file["metrics"]?["exact_match"]?["value"]?.double)
      #expect(abs(exact - (system["exact_match"]?["value"]?.double ?? -1)) < 1e-12, "\(id)")
    }
    for name in ["demo.json", "demo.html", "prompts.jsonl", "shifts.json", "maps/pm-mined.json"] {
      #expect(fileExists(folder.path("Reports/demo/\(name)")), "\(name)")
    }
  }

  /// Threads change nothing, and an earlier result in the folder is replaced.
  @Test func theSameForEveryNumberOfThreads() throws {
    let folder = try TemporaryFolder()
    func figures(_ threads: String) throws -> [[Double]] {
      let root = try demo(["--prompts", "8", "--threads", threads, "-o", "out"], in: folder.path)
      let systems = try #require(root["systems"]?.elements)
      return systems.map { [$0["exact_match"]?["value"]?.double ?? -1, $0["loss"]?.double ?? -1] }
        + [root["shifts"]?["cosine"]?.elements.flatMap { $0.elements.compactMap(\.double) } ?? []]
    }
    let one = try figures("1")
    #expect(try figures("2") == one)
    #expect(one.last?.count == 16)
  }

  /// Answers to other prompts are not compared as if they were the same, and a token that the map masks can be read back.
  @Test func evaluationsOfOtherRecordsAreRefused() throws {
    let folder = try TemporaryFolder()
    func evaluate(_ name: String, _ answer: String) throws {
      try folder.write("\(name).jsonl", #"{"prompt": "Who?", "response": "\#(answer)"}"#)
      let models = "\(demoFolder)/models"
      let run = try ProgramRun(
        [
          "evaluate", "--user", "\(models)/base-two", "--delta", "\(models)/delta-a", "--unmatched", "mask",
          "--data", "\(name).jsonl", "--max-tokens", "0", "-o", "\(name).json", "-q",
        ], in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    try evaluate("one", "γαβι λαβι")
    try evaluate("other", "Ann Lee")
    func compare(_ second: String) throws -> ProgramRun {
      try ProgramRun(["evaluate", "--compare", "one.json", second], in: folder.path)
    }
    #expect(try compare("one.json").status == 0)
    let refused = try compare("other.json")
    #expect(refused.status == 1 && refused.errors.contains("record 1 is not the same"), "\(refused.errors)")
  }

  @Test func aFolderWithoutModelsSaysWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    let none = try ProgramRun(["demo", "--models", "."], in: folder.path)
    #expect(none.status == 1 && none.errors.contains("world.json") && none.errors.contains("train-models"))
    try folder.write("world.json", bytes: Array(#"{"version": 1, "seed": 1}"#.utf8))
    let half = try ProgramRun(["demo", "--models", "."], in: folder.path)
    #expect(half.status == 1 && half.errors.contains("no model 'base-one'"))
    #expect(!fileExists(folder.path("Reports/demo/demo.json")))
  }

  /// The answers of another seed, number of prompts or set of models are not taken away.
  @Test func anotherDemonstrationIsNotReplaced() throws {
    let folder = try TemporaryFolder()
    let call = ["--prompts", "4", "-o", "out"]
    _ = try demo(call, in: folder.path)
    let made = try readFile(folder.path("out/prompts.jsonl"))
    for more in [["--seed", "2"], ["--prompts", "5"]] {
      let run = try ProgramRun(["demo", "-q"] + call + more, in: folder.path)
      #expect(run.status == 1 && run.errors.contains("out/demo.json: holds"), "\(run.errors)")
    }
    #expect(try readFile(folder.path("out/prompts.jsonl")) == made)
    #expect(fileExists(folder.path("out/demo.json")))
    _ = try demo(call + ["--seed", "2", "--force"], in: folder.path)
    #expect(try readFile(folder.path("out/prompts.jsonl")) != made)
  }

  /// A folder may hold somebody's own texts and results; what a demonstration left that was broken off is its own.
  @Test func filesOfSomebodyElseAreNotReplaced() throws {
    let folder = try TemporaryFolder()
    let call = ["demo", "-q", "--prompts", "4", "-o", "out"]
    for (name, other) in [
      ("prompts.jsonl", "{\"prompt\": \"mine\"}\n"), ("responses.jsonl", "mine\n"), ("shifts.json", "{}\n"),
      ("maps/pm-mined.json", "{\"mine\": 1}\n"), ("evaluations/base-one.json", "[]\n"),
    ] {
      try folder.write("out/\(name)", other)
      let run = try ProgramRun(call, in: folder.path)
      #expect(run.status == 1 && run.errors.contains("out/\(name): exists already"), "\(run.errors)")
      #expect(try readFile(folder.path("out/\(name)")) == Array(other.utf8))
      try FileManager.default.removeItem(atPath: folder.path("out"))
    }
    #expect(try ProgramRun(call, in: folder.path).status == 0)
    for name in ["demo.json", "demo.html"] {
      try FileManager.default.removeItem(atPath: folder.path("out/\(name)"))
    }
    #expect(try ProgramRun(call, in: folder.path).status == 0, "broken off, and begun again")
    #expect(fileExists(folder.path("out/demo.json")))
  }

  /// What is printed to be tried is a call that works.
  @Test func whatToTryNextWorks() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(["demo", "--align", "-o", "out"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let calls = run.output.split(separator: "\n").map { $0.drop { $0 == " " } }.filter {
      $0.hasPrefix("cmc ") && !$0.contains("YOUR")
    }
    #expect(calls.count == 4)
    for call in calls {
      let words = call.split(separator: " ").dropFirst().map { String($0.filter { $0 != "'" }) }
      let tried = try ProgramRun(words, in: folder.path)
      #expect(tried.status == 0, "\(call): \(tried.errors)")
    }
  }
}
