import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// Seven shards of a command, joined, are what one run writes, byte for byte; what does not fit is refused by name.
@Suite struct ShardedRunTests {
  let fixture: ShardFixture

  init() throws { fixture = try ShardFixture() }

  private static let generate =
    ["generate", "--user", "base", "--delta", "tuned", "--prompts", "prompts.jsonl", "--max-tokens", "6"]
    + ["--temperature", "0.8", "--seed", "3", "--threads", "1"]
  private static let evaluate =
    ["evaluate", "--user", "base", "--delta", "tuned", "--data", "prompts.jsonl", "--max-tokens", "4"]
    + ["--no-cost", "--threads", "1"]
  private static let capture =
    ["capture", "--base", "base", "--tuned", "tuned", "--prompts", "prompts.jsonl", "--max-tokens", "3"]
    + ["--keep", "10", "--threads", "1"]

  @Test(arguments: ["outputs.json", "outputs.jsonl"])
  func outputsAreThoseOfOneRun(_ output: String) throws {
    try fixture.succeed(Self.generate + ["-o", output])
    let parts = try fixture.parts(Self.generate)
    let before = try parts.map { try fixture.read($0) }
    let merged = try fixture.succeed(["merge", "merged-" + output] + parts)
    #expect(merged.output == "merged-\(output): 11 outputs, of 7 shards\n")
    #expect(try fixture.read("merged-" + output) == fixture.read(output))
    #expect(try parts.map { try fixture.read($0) } == before)
    // An output that is whole has nothing left to do; another one stays, unless it is asked for.
    try fixture.succeed(["merge", "merged-" + output] + parts)
    #expect(try fixture.read("merged-" + output) == fixture.read(output))
    let other = try fixture.read(output).dropLast(20)
    _ = try fixture.folder.write("merged-" + output, bytes: Array(other))
    let again = try fixture.run(["merge", "merged-" + output] + parts)
    #expect(again.status == 1 && again.errors.contains("exists already"), "\(again.errors)")
    #expect(try fixture.read("merged-" + output) == Array(other))
    try fixture.succeed(["merge", "merged-" + output, "--force"] + parts)
  }

  @Test func evaluationsAreThoseOfOneRun() throws {
    try fixture.succeed(Self.evaluate + ["-o", "reference.json"])
    let tofu = (0..<9).map {
      #"{"question": "How far is \#($0)?", "answer": "\#($0) miles.", "paraphrased_answer": "It is \#($0) miles.", "perturbed_answer": ["\#($0 + 1) miles.", "No miles."]}"#
    }
    try fixture.folder.write("tofu.jsonl", tofu.joined(separator: "\n"))
    var command = Self.evaluate
    command[command.firstIndex(of: "prompts.jsonl") ?? 0] = "tofu.jsonl"
    try fixture.succeed(command + ["-o", "tofu.json"])
    command += ["--reference", "tofu.json", "--alpha", "0.5"]
    try fixture.succeed(command + ["-o", "whole.json"])
    let parts = try fixture.parts(command)
    let merged = try fixture.succeed(["merge", "merged.json"] + parts)
    #expect(merged.status == 0)
    #expect(try fixture.read("merged.json") == fixture.read("whole.json"))
    let root = try JSONDocument(fixture.read("merged.json")).root
    #expect(root["forget_quality"] != nil && root["items_count"]?.int == 9 && root["cost"] == nil)
    // With its cost it is another's but for that.
    let costly = try fixture.parts(command.filter { $0 != "--no-cost" }, "costly", of: 2)
    try fixture.succeed(["merge", "cost.json"] + costly)
    let cost = try JSONDocument(fixture.read("cost.json")).root
    #expect(cost["cost"]?["peak_memory_bytes"]?.int ?? 0 > 0)
    #expect(cost["cost"]?["generated_tokens"]?.int ?? 0 > 0)
  }

  @Test func runsAreThoseOfOneRun() throws {
    // The label of a run is the name of its folder, unless it has one of its own.
    for (name, options) in [("run", []), ("named", ["--label", "r", "--task", "boats"])] {
      try fixture.succeed(Self.capture + options + ["-o", "whole/" + name])
      let parts = try fixture.parts(Self.capture + options, "part-" + name)
      try fixture.succeed(["merge", "merged/" + name] + parts)
      let whole = try fixture.contents("whole/" + name)
      #expect(whole.count == 13)
      #expect(try fixture.contents("merged/" + name) == whole)
    }
    // A part is no run, and says how it becomes one.
    let compared = try fixture.run(["similarity", "part-run-0", "merged/run"])
    #expect(compared.status == 1 && compared.errors.contains("has shard 0/7 of a run"), "\(compared.errors)")
    // The second pair of models in parts as well.
    let follow = ["capture", "--base", "base", "--tuned", "tuned", "--tuned-template", "chatml"]
    try fixture.succeed(follow + ["--prefix-of", "merged/run", "--keep", "8", "-o", "whole/second"])
    let parts = try fixture.parts(follow + ["--prefix-of", "merged/run", "--keep", "8"], "second", of: 3)
    try fixture.succeed(["merge", "merged/second"] + parts)
    #expect(try fixture.contents("merged/second") == fixture.contents("whole/second"))
  }

  @Test(arguments: [generate, evaluate, capture])
  func whatCouldNotBeDoneIsCounted(_ command: [String]) throws {
    let long = String(repeating: "boat ", count: 4000)
    let items = [long, "A boat", "A sail"].map { #"{"instruction": "\#($0)", "output": "It sails."}"# }
    try fixture.folder.write("prompts.jsonl", items.joined(separator: "\n"))
    let parts = try fixture.parts(command, of: 2)
    let merged = try fixture.succeed(["merge", "merged"] + parts)
    #expect(merged.errors.contains("1 of 3 "), "\(merged.errors)")
    #expect(merged.output.contains(" errors"), "\(merged.output)")
    let strict = try fixture.run(["merge", "strict", "--strict"] + parts)
    #expect(strict.status == 2 && fixture.exists("strict"), "\(strict.errors)")
  }

  @Test func aKilledShardGoesOn() throws {
    // Models that are slow enough to be killed, over many prompts.
    let models = try TinyModels()
    let items = (0..<80).map { #"{"prompt": "Boat number \#($0)", "response": "It sails \#($0) miles."}"# }
    try fixture.folder.write("many.jsonl", items.joined(separator: "\n"))
    for (command, name) in [
      (["generate", "--ignore-eos", "--prompts"], "g"), (["evaluate", "--no-cost", "--data"], "e"),
    ] {
      let long = command + ["many.jsonl", "--max-tokens", "150"] + models.arguments
      let shard = long + ["--shard", "1/2", "--quiet"]
      try fixture.succeed(shard + ["-o", name + "-whole"])
      let program = try RunningProgram(shard + ["-o", name], in: fixture.folder.path)
      program.wait { fixture.lines(name + ".part") >= 3 }
      _ = program.end(by: SIGKILL)
      try #require(!fixture.exists(name) && fixture.lines(name + ".part") >= 3)
      // It is not taken for a finished one.
      let early = try fixture.run(["merge", "early", name])
      #expect(early.status == 1 && early.errors.contains("is not finished"), "\(early.errors)")
      // Neither by another shard nor by another number of them.
      for other in ["0/2", "1/3"] {
        let run = try fixture.run(long + ["--shard", other, "-o", name])
        #expect(run.status == 1 && run.errors.contains("another shard."), "\(run.errors)")
      }
      let whole = try fixture.run(long + ["-o", name])
      #expect(whole.status == 1 && whole.errors.contains("another shard"), "\(whole.errors)")
      try fixture.succeed(shard + ["-o", name])
      if name == "g" { #expect(try fixture.read(name) == fixture.read(name + "-whole")) }
      // Once finished there is nothing left to do, and nothing is done.
      let again = try fixture.run(long + ["--shard", "1/2", "-o", name])
      #expect(again.status == 0 && again.errors.contains("is finished already"), "\(again.errors)")
      let other = try fixture.run(long + ["--shard", "0/2", "-o", name])
      #expect(
        other.status == 1 && other.errors.contains("another shard: 1/2 there, 0/2 here"), "\(other.errors)")
    }
  }

  @Test func aKilledCaptureGoesOn() throws {
    let command = Self.capture.map { $0 == "3" ? "40" : $0 } + ["--shard", "0/2", "--quiet", "-o", "part-0"]
    let program = try RunningProgram(command, in: fixture.folder.path)
    program.wait { fixture.exists("part-0/prompt-000002.safetensors") }
    _ = program.end(by: SIGKILL)
    let other = try fixture.run(command.map { $0 == "0/2" ? "1/2" : $0 })
    #expect(
      other.status == 1 && other.errors.contains("has shard 0/2 of this run, not shard 1/2"),
      "\(other.errors)")
    try fixture.succeed(command)
    try fixture.succeed(command.map { ["0/2": "1/2", "part-0": "part-1"][$0] ?? $0 })
    try fixture.succeed(["merge", "run", "part-1", "part-0"])
    try fixture.succeed(
      command.filter { $0 != "--shard" && $0 != "0/2" }.map { $0 == "part-0" ? "whole/run" : $0 })
    #expect(try fixture.contents("run") == fixture.contents("whole/run"))
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let parts = try fixture.parts(Self.generate, of: 3)
    func refused(_ parts: [String], _ words: String, output: String = "out") throws {
      let run = try fixture.run(["merge", output] + parts)
      #expect(run.status == 1 && run.errors.contains(words), "\(words): \(run.errors)")
      #expect(!fixture.exists("out"))
    }
    try refused([parts[0], parts[2]], "shard 1/3 is missing")
    try refused([parts[0]], "shards 0/3, 1/3 are missing: 2 of 3")
    try refused(parts + [parts[1]], "part-1: is shard 1/3, and so is part-1")
    // Other settings, other prompts, another number of shards, another kind.
    let warmer = Self.generate.map { $0 == "0.8" ? "0.9" : $0 }
    try fixture.succeed(warmer + ["--shard", "1/3", "-o", "warmer"])
    try refused(
      ["part-0", "warmer", "part-2"],
      "warmer: is a shard of another run than part-0: its options.sampling.temperature is 0.9")
    try fixture.succeed(Self.generate + ["--shard", "1/4", "-o", "four"])
    try refused(["part-0", "four", "part-2"], "four: is one of 4 shards, part-0 one of 3")
    try fixture.succeed(Self.evaluate + ["--shard", "1/3", "-o", "evaluated"])
    try refused(
      ["part-0", "evaluated", "part-2"], "evaluated: is a shard of evaluate, part-0 one of generate")
    try fixture.folder.write("prompts.jsonl", #"{"prompt": "Another"}"#)
    try fixture.succeed(Self.generate + ["--shard", "1/3", "-o", "other"])
    try refused(
      ["part-0", "other", "part-2"], "other: is a shard of another run than part-0: its prompts is")
    // Damage: a line changed, an end cut off, another file.
    let bytes = try fixture.read("part-1")
    let changed = String(decoding: bytes, as: UTF8.self).replacingOccurrences(
      of: "Boat number 1", with: "Boat number 2")
    try fixture.folder.write("changed", changed)
    try refused(["part-0", "changed", "part-2"], "changed: is not as it was written")
    try fixture.folder.write("cut", bytes: Array(bytes.dropLast(40)))
    try refused(["part-0", "cut", "part-2"], "cut: is not as it was written")
    try refused(["part-0", "prompts.jsonl", "part-2"], "prompts.jsonl: is no shard of a run")
    // A part is never written over.
    let into = try fixture.run(["merge", "part-0", "--force"] + parts)
    #expect(into.status == 1 && into.errors.contains("part-0"), "\(into.errors)")
    #expect(try fixture.succeed(["merge", "fine"] + parts).status == 0)
  }

  @Test(arguments: [
    ["generate", "--user", "base", "--prompt", "x", "--shard", "0/2"],
    ["evaluate", "--user", "base", "--pairs", "p", "--shard", "0/2", "-o", "x"],
    ["evaluate", "--user", "base", "--data", "prompts.jsonl", "--shard", "0/2"],
    ["evaluate", "--compare", "a", "b", "--shard", "0/2"],
    ["capture", "--import", "m.yaml", "--shard", "0/2", "-o", "x"],
    ["sweep", "--user", "base", "--delta", "x", "--prompt", "x", "--shard", "0/2"],
    ["generate", "--user", "base", "--prompts", "prompts.jsonl", "-o", "x", "--shard", "7/7"],
    ["generate", "--user", "base", "--prompts", "prompts.jsonl", "-o", "x", "--shard", "0"],
    ["generate", "--user", "base", "--prompts", "prompts.jsonl", "-o", "x", "--shard", "01/7"],
  ])
  func shardsAreRefusedWhereThereAreNone(_ arguments: [String]) throws {
    let run = try fixture.run(arguments)
    #expect(run.status == 64 && run.errors.contains("shard"), "\(run.errors)")
  }

  @Test func aShardWithoutItemsIsOne() throws {
    try fixture.folder.write("two.jsonl", #"{"prompt": "a"}"# + "\n" + #"{"prompt": "b"}"#)
    let command = Self.generate.map { $0 == "prompts.jsonl" ? "two.jsonl" : $0 }
    try fixture.succeed(command + ["-o", "whole.json"])
    try fixture.succeed(["merge", "merged.json"] + fixture.parts(command, of: 4))
    #expect(try fixture.read("merged.json") == fixture.read("whole.json"))
  }
}
