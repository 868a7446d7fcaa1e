import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Many prompts to one file, interrupted and killed on the way.
@Suite struct BatchRunTests {
  static let count = 40
  let models: TinyModels

  init() throws {
    models = try TinyModels()
    let items = (0..<Self.count).map { #"{"instruction": "Boat number \#($0)", "dataset": "harbour"}"# }
    _ = try models.folder.write("prompts.jsonl", items.joined(separator: "\n"))
  }

  private func command(_ output: String) -> [String] {
    ["generate"] + models.arguments
      + ["--prompts", "prompts.jsonl", "-o", output, "--max-tokens", "150", "--ignore-eos", "--quiet"]
  }

  private func lines(_ name: String) -> Int {
    (try? readFile(models.folder.path(name)))?.count { $0 == 0x0A } ?? 0
  }

  private func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: models.folder.path(name))
  }

  private func read(_ name: String) throws -> [UInt8] { try readFile(models.folder.path(name)) }

  @Test func nothingIsLostOrRepeated() throws {
    #expect(try models.run(command("whole.json")).status == 0)
    let whole = try read("whole.json")
    #expect(!exists("whole.json.part"))
    // Killed three times, each time after a few items more; the second time within a line.
    for round in 1...3 {
      let program = try RunningProgram(command("killed.json"), in: models.folder.path)
      program.wait { lines("killed.json.part") >= 1 + 4 * round }
      try #require(program.end(by: SIGKILL) == SIGKILL && lines("killed.json.part") <= Self.count)
      #expect(!exists("killed.json"))
      if round == 2 {
        let part = try read("killed.json.part")
        _ = try models.folder.write("killed.json.part", bytes: part.dropLast(7))
      }
    }
    let resumed = try models.run(command("killed.json"))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try read("killed.json") == whole)
    #expect(!exists("killed.json.part"))
  }

  /// A second start has nothing to do, and other settings are no second start.
  @Test(arguments: ["out.json", "out.jsonl"]) func aFinishedRunIsComplete(output: String) throws {
    #expect(try models.run(command(output)).status == 0)
    let whole = try read(output)
    let again = try models.run(command(output).filter { $0 != "--quiet" })
    #expect(again.status == 0 && again.errors.contains("is finished already"), "\(again.errors)")
    let other = try models.run(command(output) + ["--temperature", "0.5"])
    #expect(other.status == 1 && other.errors.contains("exists already"), "\(other.errors)")
    #expect(try read(output) == whole && !exists(output + ".part"))
  }

  @Test func anInterruptKeepsWholeItems() throws {
    let program = try RunningProgram(command("out.json"), in: models.folder.path)
    program.wait { lines("out.json.part") >= 4 }
    #expect(program.end(by: SIGINT) == 130)
    let part = try read("out.json.part")
    #expect(part.last == 0x0A && !exists("out.json"))
    // Another run's file is left alone.
    let other = try models.run(command("out.json") + ["--alpha", "0.25"])
    #expect(other.status == 1 && other.errors.contains("out.json.part"))
    #expect(try read("out.json.part") == part)
    #expect(try models.run(command("out.json")).status == 0)
    let whole = try read("out.json")
    let again = try models.run(command("out.json") + ["--alpha", "0.25"])
    #expect(again.status == 1 && again.errors.contains("out.json"), "an output is never replaced")
    #expect(try read("out.json") == whole)
  }

  @Test func theOutputIsThatOfAlpacaEval() throws {
    _ = try models.folder.write(
      "eval.json",
      #"[{"instruction": "Sum up.", "input": "A text.", "dataset": "selfinstruct"}, {"prompt": "Go"}]"#)
    let run = try models.run(
      ["generate"] + models.arguments + [
        "--prompts", "eval.json", "-o", "eval.out.json", "--max-tokens", "5", "--json",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let printed = try JSONDocument(Array(run.output.utf8)).root
    #expect(printed["file"]?.string == "eval.out.json" && printed["outputs"]?.int == 2)
    let items = try JSONDocument(try read("eval.out.json")).root.elements
    #expect(items.count == 2)
    #expect(items[0]["instruction"]?.string == "Sum up." && items[0]["input"]?.string == "A text.")
    #expect(items[0]["dataset"]?.string == "selfinstruct" && items[1]["instruction"]?.string == "Go")
    for item in items {
      #expect(item["output"]?.string != nil && item["generator"]?.string?.hasPrefix("cmc") == true)
      #expect(item["datasplit"]?.string == "eval")
    }
  }

  @Test(arguments: [
    "[]", "", "[1]", #"[{"text": "a"}]"#, #"{"prompt": 3}"#, "[", #"{"prompt": "a"}"# + "\n{",
  ])
  func badPromptsAreRefused(text: String) throws {
    _ = try models.folder.write("bad.json", text)
    let run = try models.run(
      ["generate"] + models.arguments + ["--prompts", "bad.json", "-o", "bad.out", "--max-tokens", "5"])
    #expect(
      run.status == 1 && run.output.isEmpty && run.errors.contains("bad.json"), "\(text): \(run.errors)")
    #expect(!exists("bad.out") && !exists("bad.out.part"))
  }
}

extension BatchRunTests {
  /// The second process says who writes; nothing of the first is lost or doubled, and it can be gone on with.
  @Test func oneProcessAtATimeWritesAnOutput() throws {
    #expect(try models.run(command("alone.json")).status == 0)
    let program = try RunningProgram(command("both.json"), in: models.folder.path)
    program.wait { lines("both.json.part") >= 2 }
    let second = try models.run(command("both.json"))
    #expect(second.status == 1 && second.errors.contains("is being written by"), "\(second.errors)")
    #expect(program.end(by: SIGHUP) == 129)
    #expect(try read("both.json.part").last == 0x0A && !exists("both.json"))
    #expect(try models.run(command("both.json")).status == 0)
    #expect(try read("both.json") == read("alone.json"))
  }

  /// One that does not fit is an item with an error; the others are as they would be without it.
  @Test func aPromptThatIsTooLongIsAnItemWithAnError() throws {
    let long = String(repeating: "Boat ", count: 3000)
    _ = try models.folder.write(
      "some.jsonl", ["One", long, "Two"].map { #"{"prompt": "\#($0)"}"# }.joined(separator: "\n"))
    let call =
      ["generate"] + models.arguments + ["--prompts", "some.jsonl", "-o", "some.json", "--max-tokens", "5"]
    let run = try models.run(call)
    #expect(run.status == 0 && run.output.contains("1 of them errors"), "\(run.errors)")
    #expect(run.errors.contains("prompt 2: "))
    let items = try JSONDocument(try read("some.json")).root.elements
    #expect(items.count == 3 && items[1]["error"]?.string?.contains("positions are needed") == true)
    #expect(items[0]["error"] == nil && items[2]["output"]?.string?.isEmpty == false)
    #expect(try models.run(call + ["--force", "--strict"]).status == 2)
  }

  /// Killed between the last rename and the end: the run is complete.
  @Test func aRunThatOnlyLeftItsPartFileIsComplete() throws {
    let program = try RunningProgram(command("out.jsonl"), in: models.folder.path)
    program.wait { lines("out.jsonl.part") >= 2 }
    #expect(program.end(by: SIGKILL) == SIGKILL)
    let head = try read("out.jsonl.part").prefix { $0 != 0x0A }
    #expect(try models.run(command("out.jsonl")).status == 0)
    let whole = try read("out.jsonl")
    _ = try models.folder.write("out.jsonl.part", bytes: head + [0x0A] + whole)
    let again = try models.run(command("out.jsonl"))
    #expect(again.status == 0, "\(again.errors)")
    #expect(try read("out.jsonl") == whole && !exists("out.jsonl.part"))
    // With a part of it only, the file that is there is another's.
    let some = whole.prefix { $0 != 0x0A }
    _ = try models.folder.write("out.jsonl.part", bytes: head + [0x0A] + some + [0x0A])
    #expect(try models.run(command("out.jsonl")).status == 1)
    #expect(try read("out.jsonl") == whole)
  }

  /// A line that is not the answer to the prompt in its place is no reason to go on.
  @Test func aChangedPartFileIsRefused() throws {
    let program = try RunningProgram(command("out.json"), in: models.folder.path)
    program.wait { lines("out.json.part") >= 5 }
    #expect(program.end(by: SIGKILL) == SIGKILL)
    let part = try read("out.json.part")
    var kept = part.split(separator: 0x0A).map { Array($0) }
    for change in [{ $0.swapAt(1, 2) }, { $0.insert(Array("garbage".utf8), at: 1) }]
      as [(inout [[UInt8]]) -> Void]
    {
      var changed = kept
      change(&changed)
      _ = try models.folder.write("out.json.part", bytes: changed.flatMap { $0 + [0x0A] })
      let run = try models.run(command("out.json"))
      #expect(run.status == 1 && run.errors.contains("is not the finished item"), "\(run.errors)")
    }
    kept.removeLast()
    _ = try models.folder.write("out.json.part", bytes: kept.flatMap { $0 + [0x0A] })
    #expect(try models.run(command("out.json")).status == 0)
  }
}
