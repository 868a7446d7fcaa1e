import CMCFastJSON
import CMCPrimitives
import Foundation
import TestSupport
import Testing

/// `cmc train` and `cmc evaluate` as programs, on a model of a few thousand parameters.
@Suite struct TrainCommandTests {
  /// A folder with data, and a function that trains a small model in it.
  private struct Setting {
    let folder: TemporaryFolder
    let tokenizer = demoFolder + "/meadow"

    init() throws {
      folder = try TemporaryFolder()
      let lines = (0..<60).map { index in
        #"{"prompt":"number \#(index % 10)","response":"the answer is \#(index % 10)."}"#
      }
      try folder.write("data.jsonl", lines.joined(separator: "\n") + "\n")
    }

    func train(
      _ kind: String, to output: String, _ more: [String], shell: String? = nil
    ) throws -> ProgramRun {
      let arguments =
        ["train", kind, "--data", "data.jsonl", "--batch", "4", "--learning-rate", "3e-3", "-o", output]
        + more
      guard let shell else { return try ProgramRun(arguments, in: folder.path) }
      return try ProgramRun(
        ["-c", shell + " \"$0\" \"$@\"", ProgramRun.program] + arguments, in: folder.path,
        program: "/bin/bash")
    }

    var base: [String] { ["--shape", "16x2x2x24", "--tokenizer", tokenizer] }
  }

  @Test func aResumedRunEndsInTheSameBits() throws {
    let setting = try Setting()
    let plan =
      setting.base + [
        "--steps", "60", "--checkpoint-every", "5", "--validation-split", "0.1",
        "--validate-every", "4", "--threads", "2",
      ]
    let whole = try setting.train("full", to: "whole", plan)
    #expect(whole.status == 0, "\(whole.errors)")
    // Killed without a word after the first checkpoint or so, by the size of its log.
    let kill = """
      (while [ "$(wc -l < broken/log.jsonl 2>/dev/null || echo 0)" -lt 7 ]; do sleep 0.005; done; pkill -9 -P $$ ) &
      """
    _ = try setting.train("full", to: "broken", plan, shell: kill)
    let folder = setting.folder
    if !FileManager.default.fileExists(atPath: folder.path("broken/training.json")) {
      let resumed = try setting.train("full", to: "broken", plan + ["--resume", "--json"])
      #expect(resumed.status == 0, "\(resumed.errors)")
      let from = try JSONDocument(Array(resumed.output.utf8)).root["resumed_from"]?.int
      #expect((from ?? 0) % 5 == 0)
    }
    for name in ["model.safetensors", "config.json"] {
      #expect(
        try readFile(folder.path("whole/" + name)) == readFile(folder.path("broken/" + name)), "\(name)")
    }
    func losses(_ name: String) throws -> [String] {
      try readFile(folder.path(name + "/log.jsonl")).split(separator: 0x0A).map {
        String(decoding: $0, as: UTF8.self).components(separatedBy: ",\"seconds\"")[0]
      }
    }
    #expect(try losses("whole") == losses("broken"))
    #expect(try losses("whole").count == 60)
    #expect(!FileManager.default.fileExists(atPath: folder.path("whole/checkpoint.safetensors")))
  }

  @Test func anOlderResultIsNotReplaced() throws {
    let setting = try Setting()
    try setting.folder.write("mine/notes.txt", "kept")
    let run = try setting.train("full", to: "mine", setting.base + ["--steps", "2"])
    #expect(run.status == 1 && run.errors.contains("mine: holds files already"), "\(run.errors)")
    let resumed = try setting.train("full", to: "mine", setting.base + ["--steps", "2", "--resume"])
    #expect(resumed.status == 1 && resumed.errors.contains("mine: holds files already"), "\(resumed.errors)")
    #expect(try readFile(setting.folder.path("mine/notes.txt")) == Array("kept".utf8))
  }

  /// A file that may not grow stands for a disk that is full.
  @Test func aFullDiskLeavesTheLastCheckpoint() throws {
    let setting = try Setting()
    let plan = setting.base + ["--steps", "40", "--checkpoint-every", "2"]
    let run = try setting.train("full", to: "out", plan, shell: "trap '' XFSZ; ulimit -f 64; exec")
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.hasPrefix("cmc: out/") && run.errors.filter { $0 == "\n" }.count == 1, "\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: setting.folder.path("out"))
    #expect(Set(names).isSubset(of: ["log.jsonl", "checkpoint.safetensors"]), "\(names)")
  }

  @Test func aLossThatIsNoNumberStopsTheRun() throws {
    let setting = try Setting()
    let plan = setting.base + ["--steps", "200", "--checkpoint-every", "1", "--clip", "0", "--warmup", "0"]
    let folder = setting.folder
    let run = try ProgramRun(
      ["train", "full", "--data", "data.jsonl", "--learning-rate", "1e30", "-o", "out"] + plan,
      in: folder.path)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains("is not a finite number"), "\(run.errors)")
    #expect(run.errors.contains("out/checkpoint.safetensors"), "\(run.errors)")
    #expect(FileManager.default.fileExists(atPath: folder.path("out/checkpoint.safetensors")))
  }

  @Test func deltaAndAdapterSteerTheirModel() throws {
    let setting = try Setting()
    let base = try setting.train("full", to: "base", setting.base + ["--steps", "4"])
    #expect(base.status == 0, "\(base.errors)")
    let delta = try setting.train(
      "delta", to: "delta", ["--template", "base", "--from", "base", "--steps", "6", "--mode", "add"])
    #expect(delta.status == 0, "\(delta.errors)")
    let lora = try setting.train("lora", to: "lora", ["--from", "base", "--steps", "6", "--rank", "2"])
    #expect(lora.status == 0, "\(lora.errors)")
    let merged = try setting.train(
      "lora", to: "merged", ["--from", "base", "--steps", "6", "--rank", "2", "--merge"])
    #expect(merged.status == 0, "\(merged.errors)")
    let tuned = try setting.train("full", to: "tuned", ["--from", "base", "--steps", "6"])
    #expect(tuned.status == 0, "\(tuned.errors)")
    let shift = try setting.train(
      "delta", to: "shift",
      [
        "--template", "base", "--from", "base", "--tuned", "tuned", "--loss", "shift", "--steps", "6",
        "--json",
      ])
    #expect(shift.status == 0, "\(shift.errors)")
    #expect((try JSONDocument(Array(shift.output.utf8)).root["final_loss"]?.double ?? 1e9) < 100)
    var perplexities: [String: Double] = [:]
    for (name, system) in [
      ("base", ["--user", "base"]), ("delta", ["--user", "base", "--delta", "delta"]),
      ("lora", ["--user", "base+lora"]), ("merged", ["--user", "merged"]),
      ("none", ["--user", "base", "--delta", "delta:0"]),
    ] {
      let run = try ProgramRun(
        [
          "evaluate", "--data", "data.jsonl", "--limit", "10", "--max-tokens", "8", "--json", "-o",
          name + ".json",
        ]
          + system, in: setting.folder.path)
      #expect(run.status == 0, "\(name): \(run.errors)")
      let root = try JSONDocument(Array(run.output.utf8)).root
      perplexities[name] = root["metrics"]?["perplexity"]?["value"]?.double
    }
    let (plain, steered) = (try #require(perplexities["base"]), try #require(perplexities["delta"]))
    #expect(steered < 0.9 * plain)
    #expect(perplexities["none"] == plain)
    let (adapted, whole) = (try #require(perplexities["lora"]), try #require(perplexities["merged"]))
    #expect(adapted < plain && abs(adapted - whole) < 1e-3 * whole)
    let comparison = try ProgramRun(
      ["evaluate", "--compare", "base.json", "delta.json", "--json"], in: setting.folder.path)
    #expect(comparison.status == 0, "\(comparison.errors)")
    let root = try JSONDocument(Array(comparison.output.utf8)).root
    #expect((root["wins"]?.int ?? 0) > (root["losses"]?.int ?? 10))
  }

  @Test func unlearningRaisesTheLossOfWhatIsForgotten() throws {
    let setting = try Setting()
    try setting.folder.write(
      "retain.jsonl", (0..<20).map { #"{"text":"one two three \#($0)"}"# }.joined(separator: "\n"))
    let base = try setting.train("full", to: "base", setting.base + ["--steps", "30"])
    #expect(base.status == 0, "\(base.errors)")
    for loss in ["ascent", "difference", "kl"] {
      let retain = loss == "ascent" ? [] : ["--retain", "retain.jsonl"]
      for (kind, from) in [
        ("full", ["--from", "base"]), ("delta", ["--template", "base", "--from", "base"]),
      ] {
        let run = try setting.train(
          kind, to: loss + kind, from + retain + ["--loss", loss, "--steps", "5", "--json"])
        #expect(run.status == 0, "\(loss) \(kind): \(run.errors)")
        let log = try readFile(setting.folder.path(loss + kind + "/log.jsonl")).split(separator: 0x0A)
        func value(_ line: ArraySlice<UInt8>) throws -> Double {
          try JSONDocument(Array(line)).root.require("loss").expect("a number") { $0.double }
        }
        let (first, last) = (try #require(log.first), try #require(log.last))
        #expect(try value(last) < value(first), "\(loss) \(kind)")
      }
    }
  }

  @Test func usage() throws {
    let setting = try Setting()
    for (kind, more, part) in [
      ("full", [], "--from or --shape"), ("full", ["--shape", "7x7"], "--shape"),
      ("full", ["--from", "base", "--loss", "kl"], "--retain"),
      ("delta", ["--template", "base"], "--from or --shape"),
      ("lora", ["--from", "base", "--rank", "0"], "--rank"),
      ("full", ["--from", "base", "--betas", "1,2"], "--betas"),
    ] {
      let run = try setting.train(kind, to: "out", more)
      #expect(run.status == 64 && run.errors.contains(part), "\(run.errors)")
    }
    let bad = try setting.folder.write("bad.jsonl", #"{"prompt":"a","response":"b"}"# + "\n{\"prompt\":1}\n")
    let run = try ProgramRun(
      ["train", "full", "--data", bad, "-o", "out"] + setting.base, in: setting.folder.path)
    #expect(run.status == 1 && run.errors.contains("bad.jsonl: record 2"), "\(run.errors)")
  }

  /// An option whose work another one leaves undone is refused, and says which.
  @Test func optionsThatWouldDoNothingAreRefused() throws {
    let setting = try Setting()
    let lora = ["--from", demoFolder + "/models/base-two"]
    for (kind, more, word) in [
      ("lora", lora + ["--gguf"], "--gguf needs --merge"),
      ("lora", lora + ["--dtype", "bfloat16"], "--dtype needs --merge"),
      ("full", setting.base + ["--patience", "2"], "--patience"),
      ("full", setting.base + ["--validate-every", "5"], "--validate-every"),
      ("full", setting.base + ["--flat", "0.2"], "--flat is for --schedule linear"),
      ("full", lora + ["--context", "64"], "--context is for --shape"),
      ("full", setting.base + ["--validation", "data.jsonl", "--validation-split", "0.1"], "not both"),
    ] {
      let run = try setting.train(kind, to: "out", more)
      #expect(run.status == 64 && run.errors.contains(word), "\(run.errors)")
    }
    #expect(!fileExists(setting.folder.path("out")))
  }

  @Test func madeDataAreWrittenBesideNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("td/mine.txt", "mine")
    let run = try ProgramRun(["train", "data", "-o", "td"], in: folder.path)
    #expect(run.status == 1 && run.errors.contains("td: holds files already"), "\(run.errors)")
    #expect(!run.errors.contains("--force"))
  }
}
