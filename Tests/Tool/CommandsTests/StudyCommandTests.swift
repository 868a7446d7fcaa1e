import CMCFastJSON
import CMCPrimitives
import CMCResultCoding
import CrossModelControl
import Foundation
import TestSupport
import Testing

/// `capture`, `similarity`, `sinkhorn` and `train` give what the library gives, and say in a line what keeps a run from
/// going on.
@Suite struct StudyCommandTests {
  private let files = RealData.checkout + "/Tests/Method/LogitShiftTests/Golden/files"
  private let models = demoFolder + "/models"

  @Test("A map that is given the other way round is turned, and said to be") func aMapOfTheOtherWay() throws {
    let folder = try TemporaryFolder()
    try folder.write("prompts.jsonl", #"{"prompt": "Ada Holt lives in Rome."}"#)
    let runs = [
      ["capture", "--base", "\(models)/base-one", "--tuned", "\(models)/a-one", "--prompts", "prompts.jsonl"]
        + ["--max-tokens", "4", "--label", "one", "--keep", "all", "-o", "one"],
      ["capture", "--base", "\(models)/base-two", "--tuned", "\(models)/a-two", "--prefix-of", "one"]
        + ["--label", "two", "--keep", "all", "-o", "two"],
      ["align", "\(models)/base-one", "\(models)/base-two", "-o", "forth.json"],
      ["map", "invert", "forth.json", "-o", "turned.json"],
    ]
    for arguments in runs {
      let run = try ProgramRun(arguments, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
    }
    func compare(_ map: String) throws -> ProgramRun {
      let run = try ProgramRun(
        ["similarity", "one", "two", "--map", map, "--top", "5", "--resamples", "20", "-o", map + ".result"],
        in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      return run
    }
    let said = "is turned round, as cmc map invert does"
    let (forth, turned) = (try compare("forth.json"), try compare("turned.json"))
    #expect([forth, turned].map { $0.errors.contains(said) }.count { $0 } == 1)
    #expect((forth.errors + turned.errors).components(separatedBy: said).count == 2, "said once")
  }

  @Test func similarityIsTheLibrarysByteForByte() throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      "manifest.yaml",
      """
      version: 1
      first: {base: a, tuned: b}
      second: {base: c, tuned: d}
      prompts:
        - prompt: one
          first: {base: "\(files)/f32.npy", tuned: "\(files)/f64.npy"}
          second: {base: "\(files)/deflated.npz#base", tuned: "\(files)/stored.npz#tuned"}
      """)
    var importing = LogitImport.Configuration(manifest: manifest, output: folder.path("run"))
    importing.label = "r"
    let runs = try LogitImport(importing).run().map { try CaptureRun(path: $0.path) }
    #expect(runs.map(\.label) == ["r-first", "r-second"])
    // The same capture as a command finds nothing left to do: its settings are the same.
    let capture = try ProgramRun(
      ["capture", "--import", manifest, "-o", folder.path("run"), "--label", "r"], in: folder.path)
    #expect(capture.status == 0, "\(capture.errors)")
    let run = try ProgramRun(
      ["similarity", folder.path("run/first"), folder.path("run/second"), "--top", "3", "--resamples", "100"]
        + ["--rank-by", "auto", "-o", "result.json"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    var settings = SimilaritySettings()
    (settings.top, settings.resamples) = (3, 100)
    let result = try SimilarityStudy(settings).compare(runs[0], runs[1], ranking: .auto)
    let written = try ResultCoding.decode(
      SimilarityResult.self, from: try readFile(folder.path("result.json")))
    #expect(written == result)
    #expect(result.rankings.count == 1)
    // Of the same runs and settings it is the same result, wherever they are called from; of others it is another.
    func again(_ order: [String], _ more: [String]) throws -> ProgramRun {
      try ProgramRun(
        ["similarity"] + order.map { folder.path("run/") + $0 } + ["--resamples", "100", "--top"] + more,
        in: folder.path)
    }
    let both = ["first", "second"]
    for more in [
      ["3", "--rank-by", "auto"], ["2", "--rank-by", "auto"], ["3"], ["3", "--rank-by", "base"],
    ] {
      let other = try again(both, more + ["-o", "result.json"])
      #expect(other.status == (more == ["3", "--rank-by", "auto"] ? 0 : 1), "\(more): \(other.errors)")
      #expect(other.status == 0 || other.errors.contains("result.json: holds such a result of other inputs"))
    }
    #expect(try again(both.reversed(), ["3", "--rank-by", "auto", "-o", "result.json"]).status == 1)
    for _ in 0..<2 {
      for (order, top) in [(both, "3"), (both, "2"), (both.reversed(), "3"), (both + ["first"], "3")] {
        let page = try again(order, [top, "--report", "-q"])
        #expect(page.status == 0, "\(page.errors)")
      }
    }
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path("Reports"))
    #expect(pages.count == 4, "\(pages)")
  }

  /// A prompt that does not fit has its reason in the run; a run that follows says so too, and comparing leaves it out.
  @Test func aPromptThatIsTooLongIsLeftOutAndSaid() throws {
    let tiny = try TinyModels()
    let long = String(repeating: "Boat ", count: 3000)
    for (name, prompts) in [("some", ["One", long, "Two"]), ("short", ["One", "Two"])] {
      _ = try tiny.folder.write(
        name + ".jsonl", prompts.map { #"{"prompt": "\#($0)"}"# }.joined(separator: "\n"))
    }
    _ = try tiny.folder.write("tuned.bin", bytes: try TinyModels.checkpoint("harbor", seed: 5))
    func capture(_ output: String, _ more: [String]) throws -> ProgramRun {
      try tiny.run(
        ["capture", "--base", tiny.user, "--tuned", "tuned.bin", "--tokenizer", demoFolder + "/harbor"]
          + ["--threads", "1", "-o", output] + (more.contains("--prompts") ? ["--max-tokens", "4"] : [])
          + more)
    }
    let run = try capture("some", ["--prompts", "some.jsonl"])
    #expect(run.status == 0 && run.output.contains("1 of them errors"), "\(run.errors)")
    #expect(run.errors.contains("prompt 2: ") && run.errors.contains("1 of 3 prompts could not be done"))
    #expect(try capture("some", ["--prompts", "some.jsonl", "--strict"]).status == 2)
    #expect(try capture("following", ["--prefix-of", "some"]).errors.contains("some could not capture it: "))
    #expect(try capture("short", ["--prompts", "short.jsonl"]).status == 0)
    #expect(try capture("behind", ["--prefix-of", "short"]).status == 0)
    func distance(_ first: String, _ second: String) throws -> (Double?, ProgramRun) {
      let run = try tiny.run(
        ["similarity", first, second, "--shuffles", "0", "--resamples", "50", "--json"])
      #expect(run.status == 0, "\(run.errors)")
      let root = try JSONDocument(Array(run.output.utf8)).root
      #expect(root["prompts"]?.elements.count == 2)
      return (root["rankings"]?.elements.first?["summaries"]?.elements.first?["mean"]?.double, run)
    }
    let (some, said) = try distance("some", "following")
    let (short, _) = try distance("short", "behind")
    #expect(some != nil && some == short)
    #expect(
      said.output.contains("left out: 1 of 3 prompts that some could not capture (2)"), "\(said.output)")
  }

  /// Prompts in a folder that does not say of which run they are would count as those of the run that begins there.
  @Test func promptsOfNoRunAreNotTaken() throws {
    let tiny = try TinyModels()
    _ = try tiny.folder.write("one.jsonl", #"{"prompt": "One"}"#)
    _ = try tiny.folder.write("tuned.bin", bytes: try TinyModels.checkpoint("harbor", seed: 5))
    func capture(tuned: String) throws -> ProgramRun {
      try tiny.run(
        [
          "capture", "--base", tiny.user, "--tuned", tuned, "--tokenizer", demoFolder + "/harbor",
          "--prompts",
        ]
          + ["one.jsonl", "--max-tokens", "4", "--threads", "1", "-o", "run"])
    }
    #expect(try capture(tuned: "tuned.bin").status == 0)
    let prompt = tiny.folder.path("run/prompt-000000.safetensors")
    let made = try readFile(prompt)
    try FileManager.default.removeItem(atPath: tiny.folder.path("run/run.json"))
    let run = try capture(tuned: tiny.user)
    #expect(run.status == 1 && run.errors.contains("has prompt-000000.safetensors of a run"), "\(run.errors)")
    #expect(try readFile(prompt) == made && !fileExists(tiny.folder.path("run/run.json")))
  }

  /// What fails before anything is written leaves no folder behind, nor those above it.
  @Test func aTrainingThatFailsLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(
      ["train", "full", "--shape", "16x2x2x24", "--tokenizer", demoFolder + "/meadow", "--data", "nowhere"]
        + ["-o", "a/b/out"], in: folder.path)
    #expect(run.status == 1 && !fileExists(folder.path("a")), "\(run.errors)")
    try FileManager.default.createDirectory(atPath: folder.path("kept"), withIntermediateDirectories: false)
    let kept = try ProgramRun(
      ["train", "full", "--shape", "16x2x2x24", "--tokenizer", demoFolder + "/meadow", "--data", "nowhere"]
        + ["-o", "kept"], in: folder.path)
    #expect(kept.status == 1 && fileExists(folder.path("kept")), "\(kept.errors)")
  }

  @Test func transportIsTheLibrarys() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (files + "/f64.npy", files + "/stored.npz#tuned")
    for (name, options, method) in [
      ("geomloss", ["--blur", "0.1"], CloudTransport.Method.sinkhorn(.geomloss)), ("exact", [], .exact),
      (
        "converged", ["--blur", "0.1", "--tolerance", "1e-7", "--max-iterations", "50"],
        .sinkhorn(.converged(tolerance: 1e-7, maximumIterations: 50))
      ),
    ] {
      let run = try ProgramRun(["sinkhorn", first, second, "--schedule", name] + options, in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      var transport = CloudTransport()
      (transport.method, transport.blur) = (method, 0.1)
      let outcome = try transport.solve(.init(first), .init(second))
      let fields = run.output.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(fields.first { $0.first == "value" }?.last == "\(outcome.value)")
      #expect((outcome.sinkhorn == nil) == (method == .exact))
      #expect(outcome.firstCount == 3 && outcome.dimension == 5)
    }
  }

  @Test func trainingIsTheLibrarysByteForByte() throws {
    let folder = try TemporaryFolder()
    let records = (0..<30).map { #"{"prompt":"number \#($0 % 10)","response":"the answer is \#($0 % 10)."}"# }
    let data = try folder.write("data.jsonl", records.joined(separator: "\n") + "\n")
    let tokenizer = demoFolder + "/meadow"
    let run = try ProgramRun(
      [
        "train", "full", "--shape", "16x2x2x24", "--tokenizer", tokenizer, "--data", data, "--steps", "6",
        "--batch", "4", "--validation-split", "0.2", "--validate-every", "2", "--learning-rate", "3e-3",
        "--threads", "2", "-o", "command",
      ], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let size = try #require(ModelSize("16x2x2x24"))
    var files = TrainingFiles([data])
    files.validationSplit = 0.2
    var configuration = TrainingConfiguration(
      .full(.shape(size)), data: files, output: TrainingOutput(folder: folder.path("library")))
    configuration.tokenizer = tokenizer
    configuration.schedule.steps = 6
    configuration.schedule.batch = 4
    configuration.schedule.validateEvery = 2
    configuration.schedule.learningRate = 3e-3
    var steps: [Int] = []
    let outcome = try TrainingSession(configuration).run { steps.append($0.record.step) }
    guard case .finished(let report) = outcome else {
      Issue.record("the training was not finished")
      return
    }
    #expect(steps == Array(1...6))
    for name in ["model.safetensors", "config.json", "tokenizer.json"] {
      #expect(
        try readFile(folder.path("command/" + name)) == readFile(folder.path("library/" + name)), "\(name)")
    }
    // Times differ, and nothing else.
    func lines(_ name: String) throws -> [String] {
      String(decoding: try readFile(folder.path(name)), as: UTF8.self)
        .replacing(/"seconds":[0-9.e-]+/, with: "").split(separator: "\n").map(String.init)
    }
    #expect(try lines("command/log.jsonl") == lines("library/log.jsonl"))
    let told = String(decoding: try readFile(folder.path("command/training.json")), as: UTF8.self)
    #expect(told.contains("\"run_digest\": \"\(report.digest)\""))
  }

  @Test func aCaptureThatCannotGoOnNamesTheField() throws {
    let folder = try TemporaryFolder()
    for (model, name) in [("base-one", "base"), ("a-one", "tuned")] {
      try FileManager.default.copyItem(atPath: "\(models)/\(model)", toPath: folder.path(name))
    }
    try folder.write("prompts.json", #"[{"prompt": "The river is"}]"#)
    let arguments =
      ["capture", "--base", "base", "--tuned", "tuned", "--prompts", "prompts.json", "--max-tokens", "2"]
      + ["--keep", "10", "-o", "run"]
    let first = try ProgramRun(arguments, in: folder.path)
    #expect(first.status == 0, "\(first.errors)")
    #expect(try ProgramRun(arguments, in: folder.path).status == 0)
    try AtomicFile.write(
      try readFile("\(models)/scratch-a/model.safetensors"), to: folder.path("tuned/model.safetensors"))
    try AtomicFile.write(
      try readFile("\(models)/scratch-a/config.json"), to: folder.path("tuned/config.json"))
    let other = try ProgramRun(arguments, in: folder.path)
    #expect(other.status == 1, "\(other.errors)")
    #expect(
      other.errors.hasPrefix("cmc: run: belongs to a run with another tuned.files["), "\(other.errors)")
    #expect(other.errors.filter { $0 == "\n" }.count == 1)
  }
}
