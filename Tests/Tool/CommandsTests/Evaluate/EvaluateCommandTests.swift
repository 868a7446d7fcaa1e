import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// `cmc evaluate` as a program: going on after an interruption, and pairs.
@Suite struct EvaluateCommandTests {
  let models: TinyModels

  init() throws {
    models = try TinyModels()
    let records = (1...12).map { #"{"prompt": "Boat \#($0)", "response": "sails to harbour \#($0)"}"# + "\n" }
    _ = try models.folder.write("data.jsonl", records.joined())
  }

  private func command(_ output: String) -> [String] {
    ["evaluate"] + models.arguments + ["--data", "data.jsonl", "--max-tokens", "60", "--parallel", "2"]
      + ["-o", output]
  }

  private func read(_ name: String) throws -> [UInt8] { try readFile(models.folder.path(name)) }
  private func lines(_ name: String) -> Int { ((try? read(name)) ?? []).count { $0 == 0x0A } }

  /// A file's lines without those of the cost, which no two runs share.
  private func result(_ name: String) throws -> [Substring] {
    let cost = ["seconds", "generation_seconds", "tokens_per_second", "peak_memory_bytes"]
    return String(decoding: try read(name), as: UTF8.self).split(separator: "\n").filter { line in
      !cost.contains { line.hasPrefix("    \"\($0)\":") }
    }
  }

  @Test func anInterruptKeepsWhatIsMeasured() throws {
    let whole = try models.run(command("whole.json"))
    #expect(whole.status == 0, "\(whole.errors)")
    let program = try RunningProgram(command("out.json"), in: models.folder.path)
    program.wait { lines("out.json.part") >= 4 }
    #expect(program.end(by: SIGINT) == 130)
    let part = try read("out.json.part")
    #expect(part.last == 0x0A && !fileExists(models.folder.path("out.json")))
    let other = try models.run(command("out.json") + ["--alpha", "0.25"])
    #expect(other.status == 1 && other.errors.contains("out.json.part"))
    #expect(other.errors.contains("deltas[0].alpha"), "\(other.errors)")
    #expect(try read("out.json.part") == part)
    let rest = try models.run(command("out.json"))
    #expect(rest.status == 0 && rest.errors.contains("of 12 are done already"), "\(rest.errors)")
    #expect(try result("out.json") == result("whole.json"))
    #expect(try !result("whole.json").isEmpty && !fileExists(models.folder.path("out.json.part")))
  }

  /// One that does not fit is an item with an error, counts in no figure, and stays one when the run goes on or is read.
  @Test func aRecordThatIsTooLongIsAnItemWithAnError() throws {
    let long = String(repeating: "Boat ", count: 3000)
    func data(_ name: String, _ prompts: [String]) throws {
      _ = try models.folder.write(
        name, prompts.map { #"{"prompt": "\#($0)", "response": "sails"}"# }.joined(separator: "\n"))
    }
    try data("some.jsonl", ["One", long, "Two"])
    try data("short.jsonl", ["One", "Two"])
    func run(_ name: String, _ more: [String] = []) throws -> ProgramRun {
      try models.run(
        ["evaluate"] + models.arguments + [
          "--data", name + ".jsonl", "--max-tokens", "2", "-o", name + ".json",
        ]
          + more)
    }
    let some = try run("some")
    #expect(
      some.status == 0 && some.output.contains("3 records of some.jsonl, 1 of them errors"), "\(some.errors)")
    #expect(some.errors.contains("record 2: ") && some.errors.contains("1 of 3 records could not be done"))
    #expect(try run("some", ["--strict"]).status == 2)
    #expect(try run("short").status == 0)
    let (one, other) = (try JSONDocument(read("some.json")).root, try JSONDocument(read("short.json")).root)
    let items = one["items"]?.elements ?? []
    #expect(items.count == 3 && items[1]["error"]?.string?.contains("positions are needed") == true)
    #expect(one["errors"]?.int == 1 && other["errors"]?.int == 0)
    for metric in ["probability", "perplexity", "exact_match", "accuracy"] {
      let (first, second) = (
        one["metrics"]?[metric]?["value"]?.double, other["metrics"]?[metric]?["value"]?.double
      )
      #expect(first != nil && first == second, "\(metric)")
    }
    let compared = try models.run(["evaluate", "--compare", "some.json", "some.json", "--json"])
    #expect(
      compared.status == 0 && compared.output.contains("\"count\": 2"), "\(compared.output.prefix(600))")
  }

  @Test func aPairThatIsTooLongIsAnItemWithAnError() throws {
    let long = String(repeating: "Boat ", count: 3000)
    let pairs = [("One", "Two"), (long, "Two"), ("A boat", "A ship")].map {
      #"{"prompts": ["\#($0.0)", "\#($0.1)"], "continuation": " sails", "attribute": "a"}"#
    }
    _ = try models.folder.write("pairs.jsonl", pairs.joined(separator: "\n"))
    let call = ["evaluate"] + models.arguments + ["--pairs", "pairs.jsonl", "-o", "pairs.json"]
    let run = try models.run(call)
    #expect(run.status == 0 && run.errors.contains("1 of 3 pairs could not be done"), "\(run.errors)")
    let root = try JSONDocument(read("pairs.json")).root
    #expect(root["errors"]?.int == 1 && root["items"]?.elements[1]["error"]?.string?.isEmpty == false)
    #expect(root["table"]?.elements.last?["pairs"]?.int == 2)
    #expect(try models.run(call + ["--strict"]).status == 2)
  }

  @Test func proxyTuningIsEvaluated() throws {
    _ = try models.folder.write("other.bin", bytes: try TinyModels.checkpoint("meadow", seed: 3))
    func metrics(_ arguments: [String]) throws -> (system: String?, probability: Double?) {
      let run = try models.run(
        ["evaluate"] + models.userArguments + arguments
          + ["--data", "data.jsonl", "--limit", "3", "--max-tokens", "4", "--json"])
      #expect(run.status == 0, "\(run.errors)")
      let root = try JSONDocument(Array(run.output.utf8)).root
      return (root["system"]?.string, root["metrics"]?["probability"]?["value"]?.double)
    }
    let pair = ["--delta-tokenizer", demoFolder + "/meadow", "--expert", models.delta, "--anti-expert"]
    let alone = try metrics([])
    let nothing = try metrics(pair + [models.delta])
    let steered = try metrics(pair + ["other.bin", "--alpha", "2"])
    #expect(alone.probability != nil && nothing.probability == alone.probability)
    #expect(steered.probability != alone.probability)
    #expect(steered.system == "user + 2.0 · (delta − other) (base-normalize, zero)")
    for arguments in [["--expert", models.delta], pair + ["other.bin", "--delta", models.delta]] {
      let run = try models.run(
        ["evaluate"] + models.userArguments + arguments + ["--data", "data.jsonl"])
      #expect(run.status == 64, "\(run.errors)")
    }
  }

  @Test func biasInPairsHasATableAndAFile() throws {
    let pairs = (1...3).map {
      #"{"prompts": ["He has boat \#($0), and", "She has boat \#($0), and"], "continuation": " sails", "#
        + #""attribute": "kind \#($0 % 2)"}"#
    }
    _ = try models.folder.write("pairs.jsonl", pairs.joined(separator: "\n"))
    let command = ["evaluate"] + models.arguments + ["--pairs", "pairs.jsonl", "-o", "bias.json"]
    let run = try models.run(command)
    #expect(run.status == 0, "\(run.errors)")
    for word in ["kind 0", "kind 1", "all", "before", "after − before", "mean |difference|"] {
      #expect(run.output.contains(word), "\(word)")
    }
    let root = try JSONDocument(try read("bias.json")).root
    #expect(root["items"]?.elements.count == 3)
    #expect(root["table"]?.elements.map { $0["pairs"]?.int } == [2, 1, 3])
    #expect(root["table"]?.elements.last?["change"]?["magnitude"]?["high"]?.double != nil)
    let alone = try models.run(["evaluate"] + models.userArguments + ["--pairs", "pairs.jsonl"])
    #expect(alone.status == 0 && !alone.output.contains("after − before"), "\(alone.errors)")
    _ = try models.folder.write("bad.jsonl", pairs[0] + "\n{}\n")
    let bad = try models.run(["evaluate"] + models.userArguments + ["--pairs", "bad.jsonl"])
    #expect(bad.status == 1 && bad.errors.contains("bad.jsonl: record 2: prompts"), "\(bad.errors)")
    for wrong in [["--data", "data.jsonl"], ["--compare", "a", "b"], ["--delta-alone"]] {
      #expect(try models.run(command + wrong).status == 64)
    }
  }

  @Test func modelUtilityOfThreeEvaluations() throws {
    let records = (1...4).map {
      #"{"question": "Boat \#($0)?", "answer": "harbour \#($0)", "perturbed_answer": ["a field", "a wood"]}"#
    }
    _ = try models.folder.write("set.jsonl", records.joined(separator: "\n"))
    let evaluate = ["evaluate"] + models.userArguments + ["--data", "set.jsonl", "-o"]
    for (name, options) in [
      ("retain.json", []), ("authors.json", ["--rouge-tokens", "ascii"]), ("facts.json", []),
      ("mute.json", ["--max-tokens", "0"]),
    ] {
      let run = try models.run(evaluate + [name] + options)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.contains("perplexity with end"))
    }
    #expect(String(decoding: try read("authors.json"), as: UTF8.self).contains("\"rouge_tokens\": \"ascii\""))
    let utility = ["evaluate", "--json", "--utility", "retain.json", "authors.json"]
    let run = try models.run(utility + ["facts.json"])
    #expect(run.status == 0, "\(run.errors)")
    let root = try JSONDocument(Array(run.output.utf8)).root
    #expect(root["parts"]?.elements.count == 9 && root["model_utility"]?.double != nil)
    let mute = try models.run(utility + ["mute.json"])
    #expect(mute.status == 1 && mute.errors.contains("mute.json: no item has rouge_l"), "\(mute.errors)")
    #expect(try models.run(["evaluate", "--utility", "retain.json"]).status == 64)
  }

  /// A model of the same name, other options, fewer records: another result, which takes nothing's place.
  @Test func aResultIsReplacedOnlyByThatOfTheSameRun() throws {
    let folder = models.folder
    for (name, model) in [("xx", "base-two"), ("yy", "a-two")] {
      for file in ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
        let bytes = try readFile("\(demoFolder)/models/\(model)/\(file)")
        try folder.write("\(name)/final/\(file)", bytes: bytes)
      }
    }
    let pairs = #"{"prompts": ["He has", "She has"], "continuation": " a boat", "attribute": "a"}"#
    try folder.write("pairs.jsonl", pairs)
    for (option, data, output) in [
      ("--data", "data.jsonl", "answers.json"), ("--pairs", "pairs.jsonl", "bias.json"),
    ] {
      func evaluate(_ model: String, _ more: [String] = []) throws -> ProgramRun {
        let tokens = option == "--data" ? ["--max-tokens", "2"] : []
        let call = ["evaluate", "--user", "\(model)/final", option, data, "-q", "-o", output]
        return try models.run(call + tokens + more)
      }
      for _ in 0..<2 { #expect(try evaluate("xx").status == 0) }
      let made = try read(output)
      let others = [("yy", []), ("xx", ["--seed", "9"]), ("xx", ["--template", "chatml"])]
      for (model, more) in others + (option == "--data" ? [("xx", ["--limit", "3"])] : []) {
        let other = try evaluate(model, more)
        #expect(other.status == 1 && other.errors.contains("of other inputs"), "\(more): \(other.errors)")
        #expect(!fileExists(folder.path("\(output).part")))
      }
      #expect(try read(output) == made)
      #expect(try evaluate("yy", ["--force"]).status == 0)
    }
  }

  /// Nothing to measure, or nothing to tell forget quality by, or wrong answers that are no texts.
  @Test func recordsThatCannotBeMeasuredAreErrors() throws {
    let folder = models.folder
    try folder.write("empty.json", "[]")
    try folder.write("plain.jsonl", #"{"question": "Boat?", "answer": "harbour"}"#)
    try folder.write(
      "wrong.jsonl", #"{"question": "Boat?", "answer": "harbour", "perturbed_answer": ["field"]}"#)
    func evaluate(_ data: String, _ more: [String] = []) throws -> ProgramRun {
      try models.run(["evaluate"] + models.userArguments + ["--max-tokens", "0", "--data", data] + more)
    }
    let empty = try evaluate("empty.json")
    #expect(empty.status == 1, "\(empty.output)")
    #expect(empty.errors.contains("empty.json: there are no records"), "\(empty.errors)")
    #expect(try evaluate("plain.jsonl", ["-o", "plain.json"]).status == 0)
    #expect(try evaluate("wrong.jsonl", ["-o", "wrong.json"]).status == 0)
    #expect(try evaluate("wrong.jsonl", ["--reference", "wrong.json"]).status == 0)
    for (data, reference, word) in [
      ("wrong.jsonl", "plain.json", "plain.json: no item has truth_ratio"),
      ("plain.jsonl", "wrong.json", "plain.jsonl: no record has wrong answers"),
    ] {
      let run = try evaluate(data, ["--reference", reference])
      #expect(run.status == 1 && run.errors.contains(word), "\(run.errors)")
    }
    for value in [#""c""#, "[]", "[1]"] {
      try folder.write("bad.jsonl", #"{"question": "a", "answer": "b", "perturbed_answer": \#(value)}"#)
      let bad = try evaluate("bad.jsonl")
      #expect(bad.status == 1, "\(bad.output)")
      #expect(bad.errors.contains("bad.jsonl: record 1: perturbed_answer"), "\(bad.errors)")
    }
  }
}
