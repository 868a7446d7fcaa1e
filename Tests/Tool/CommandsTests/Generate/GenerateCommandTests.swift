import CMCAlignment
import CMCFastJSON
import CMCPrimitives
import CMCTokenMapFormats
import Foundation
import TestSupport
import Testing

/// `cmc generate`, `sweep` and `verify` as programs, with two small models.
@Suite struct GenerateCommandTests {
  let models: TinyModels

  init() throws { models = try TinyModels() }

  private func json(_ arguments: [String]) throws -> JSONDocument {
    let run = try models.run(arguments + ["--json"])
    try #require(run.status == 0, "\(run.errors)")
    return try JSONDocument(Array(run.output.utf8))
  }

  private func ids(_ document: JSONDocument) -> [Int] {
    document.root["ids"]?.elements.compactMap(\.int) ?? []
  }

  @Test func oneGenerationAsTextAsJSONAndAsTrace() throws {
    let command =
      ["generate"] + models.arguments + ["--prompt", "A boat", "--max-tokens", "20", "--ignore-eos"]
    let document = try json(command + ["--trace", "trace.json", "--trace-top", "4"])
    let root = document.root
    #expect(ids(document).count == 20 && root["steps"]?.elements.count == 20)
    #expect(root["timings"]?["seconds"] != nil && root["text"]?.string != nil)
    let trace = try JSONDocument(try readFile(models.folder.path("trace.json"))).root
    let steps = try trace.require("steps").elements
    #expect(steps.count == 20)
    for step in steps {
      #expect(step["user_top"]?.elements.count == 4 && step["combined_top"]?.elements.count == 4)
      #expect(step["delta_top"]?.elements.first?.elements.count == 4)
      #expect(step["combined_top"]?.elements.first?["id"]?.int == step["id"]?.int)
      #expect(["exact", "prefix", "other", "unmatched"].contains(step["match"]?.string ?? ""))
      #expect(step["reencoded"]?.bool != nil)
    }
    let plain = try models.run(command)
    #expect(plain.status == 0 && plain.output == (root["text"]?.string ?? "") + "\n")
  }

  @Test func alphaZeroIsTheUserModelAlone() throws {
    let rest = ["--prompt", "A boat", "--max-tokens", "30"]
    let alone = try json(["generate"] + models.userArguments + rest)
    #expect(ids(try json(["generate"] + models.arguments + rest + ["--alpha", "0"])) == ids(alone))
    #expect(ids(try json(["generate"] + models.arguments + rest + ["--alpha", "2"])) != ids(alone))
  }

  @Test func aMapThatIsGivenIsTheOneMadeOnTheFly() throws {
    let made = try models.run([
      "align", demoFolder + "/harbor", demoFolder + "/meadow", "-o", "map.json", "--quiet",
    ])
    #expect(made.status == 0)
    let rest = ["--prompt", "A boat", "--max-tokens", "30"]
    #expect(
      ids(try json(["generate"] + models.arguments + rest + ["--map", "map.json"]))
        == ids(try json(["generate"] + models.arguments + rest)))
  }

  @Test func aSweepIsManyGenerations() throws {
    let rest = ["--prompt", "A boat", "--max-tokens", "12"]
    let sweep = try json(["sweep"] + models.arguments + rest + ["--alphas", "0:1:0.5"]).root
    let points = try sweep.require("points").elements
    #expect(points.count == 3)
    for (point, alpha) in zip(points, ["0", "0.5", "1"]) {
      let single = try json(["generate"] + models.arguments + rest + ["--alpha", alpha])
      #expect(point["ids"]?.elements.compactMap(\.int) == ids(single))
    }
  }

  /// The demonstration map holds with these models but for what they lose in it; shuffled, its entries do not.
  @Test func aShuffledMapFailsToVerify() throws {
    let path = models.folder.path("map.json")
    _ = try models.run(["align", demoFolder + "/harbor", demoFolder + "/meadow", "-o", "map.json", "--quiet"])
    let rest = ["--map", "map.json", "--max-tokens", "8", "--fail-mass", "1"]
    let good = try models.run(["verify"] + models.arguments + rest)
    #expect(good.status == 0, "\(good.output)\(good.errors)")
    var map = try TokenMapReader.load(path).map
    let rows = map.ids.indices.filter { map.ids[$0] >= 0 }
    var random = SeededGenerator(seed: 5)
    for (row, target) in zip(rows, rows.map({ map.ids[$0] }).shuffled(using: &random)) {
      map[row].place(at: target)
    }
    try AtomicFile.writeAll(try TokenMapWriter.files(for: map, format: .json, at: path).files)
    let bad = try models.run(["verify"] + models.arguments + rest)
    #expect(bad.status == 2, "\(bad.errors)")
    #expect(bad.output.contains("entries are what they say"))
  }

  /// What cannot run is refused before anything is written: one line, exit code 1, nothing on standard output.
  @Test func whatCannotRunIsRefusedFirst() throws {
    let prompt = ["--prompt", "A boat", "--max-tokens", "8"]
    var broken = try TinyModels.checkpoint("harbor", seed: 1)
    broken.replaceSubrange(28 + 400..<28 + 404, with: [0, 0, 0xC0, 0x7F])
    let rows = try TinyModels.checkpoint("harbor", seed: 1, rows: 100)
    let nan = try models.folder.write("nan.bin", bytes: broken)
    let small = try models.folder.write("small.bin", bytes: rows)
    let cut = try models.folder.write("cut.bin", bytes: Array(broken.dropLast(100)))
    let harbor = ["--user-tokenizer", demoFolder + "/harbor"]
    _ = try models.run([
      "align", demoFolder + "/meadow", demoFolder + "/harbor", "-o", "back.json", "--quiet",
    ])
    let template = try models.folder.write("template.txt", "no place for a prompt")
    let cases: [(String, [String], String)] = [
      (
        "a weight that is NaN", ["--user", nan] + harbor + ["--prompt", "\u{1}\u{2}abc A boat"], "not finite"
      ),
      ("fewer logits than tokens", ["--user", small] + harbor + prompt, "the model gives 100 logits"),
      ("a file cut short", ["--user", cut] + harbor + prompt, "cut.bin"),
      ("no weights", ["--user", "/no/such.gguf"] + prompt, "/no/such.gguf"),
      ("a map the other way round", models.arguments + prompt + ["--map", "back.json"], "back.json"),
      ("no map", models.arguments + prompt + ["--map", "none.json"], "none.json"),
      (
        "a full context", models.userArguments + ["--prompt", "A", "--max-tokens", "5000"], "--context-shift"
      ),
      ("no place for the prompt", models.userArguments + prompt + ["--template", template], "{prompt}"),
      ("no template of its own", models.arguments + prompt + ["--delta-template", "nowhere"], "nowhere"),
    ]
    for (name, arguments, part) in cases {
      let run = try models.run(["generate"] + arguments)
      #expect(run.status == 1 && run.output.isEmpty, "\(name): \(run.status) \(run.output)")
      #expect(run.errors.contains(part), "\(name): \(run.errors)")
      #expect(run.errors.filter { $0 == "\n" }.count == 1, "\(name): \(run.errors)")
    }
  }

  @Test func aFullContextIsShiftedWhereAsked() throws {
    let path = try models.folder.write(
      "short.bin", bytes: TinyModels.checkpoint("harbor", seed: 1, context: 48))
    let run = try models.run([
      "generate", "--user", path, "--user-tokenizer", demoFolder + "/harbor", "--prompt", "A boat",
      "--max-tokens", "200", "--ignore-eos", "--context-shift", "--json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(ids(try JSONDocument(Array(run.output.utf8))).count == 200)
  }

  /// An interrupt ends the text where it is, with its line, and with exit code 130.
  @Test func anInterruptKeepsWhatIsThere() throws {
    let program = try RunningProgram(
      ["generate"] + models.arguments + ["--prompt", "A", "--max-tokens", "2500", "--ignore-eos"],
      in: models.folder.path)
    program.wait { program.output.count > 40 }
    #expect(program.end(by: SIGINT) == 130)
    let output = program.output
    #expect(output.last == 0x0A && output.count > 40)
    let whole = try RunningProgram(
      ["generate"] + models.arguments + ["--prompt", "A", "--max-tokens", "2500", "--ignore-eos"],
      in: models.folder.path)
    #expect(whole.finish() == 0)
    // But for the end of the line, and a character that was cut off.
    let isBeginning = whole.output.starts(with: output.dropLast(8))
    #expect(isBeginning && whole.output.count > output.count)
  }

  /// Neither is the user model.
  @Test func anExpertIsNamedBesideItsAntiExpert() throws {
    let folder = try TemporaryFolder()
    let models = demoFolder + "/models/"
    let run = try ProgramRun(
      [
        "generate", "--user", models + "base-two", "--expert", models + "delta-a", "--anti-expert",
        models + "base-two", "--prompt", "x",
      ], in: folder.path)
    #expect(run.status == 1, "\(run.output)")
    let reason = "the expert delta-a gives 1300 logits, the anti-expert base-two 1800"
    #expect(run.errors.contains(reason), "\(run.errors)")
  }
}
