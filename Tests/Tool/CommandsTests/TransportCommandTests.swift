import CMCFastJSON
import CMCPrimitives
import TestSupport
import Testing

/// `cmc sinkhorn`, `capture` and `similarity` as programs.
@Suite struct TransportCommandTests {
  private let files = RealData.checkout + "/Tests/Method/LogitShiftTests/Golden/files"
  private static let smolLM2 = "smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf"

  @Test func theDivergenceOfTwoFiles() throws {
    let folder = try TemporaryFolder()
    for schedule in ["geomloss", "converged", "exact"] {
      let run = try ProgramRun(
        [
          "sinkhorn", files + "/f64.npy", files + "/stored.npz#tuned", "--p", "2", "--schedule", schedule,
          "--json",
        ],
        in: folder.path)
      #expect(run.status == 0, "\(run.errors)")
      let root = try JSONDocument(Array(run.output.utf8)).root
      // The second cloud is the first moved by 1 in each of five coordinates: ½ · 5.
      let value = try #require(root["value"]?.double)
      #expect(abs(value - 2.5) < 1e-6, "\(schedule): \(value)")
      #expect(root["schedule"]?.string == schedule)
      #expect(root["first_points"]?.int == 3)
      if schedule == "converged" { #expect(root["converged"]?.bool == true) }
    }
    let text = try ProgramRun(["sinkhorn", files + "/f32.npy", files + "/f32.npy"], in: folder.path)
    #expect(text.status == 0 && text.output.hasPrefix("value") && text.errors == "")
  }

  @Test func whatCannotBeComparedIsOneLine() throws {
    let folder = try TemporaryFolder()
    try folder.write("x.txt", "hello")
    for (arguments, part, status) in [
      ([files + "/f32.npy", "no.npy"], "no.npy", 1), ([files + "/f32.npy", "x.txt"], "x.txt: is no .npy", 1),
      ([files + "/f32.npy", files + "/stored.npz"], "several arrays", 1),
      ([files + "/f32.npy", files + "/hostile-call.pt"], "nothing was executed", 1),
      ([files + "/f32.npy", files + "/f32.npy", "--p", "3"], "--p", 64),
      ([files + "/f32.npy", files + "/f32.npy", "--blur", "0"], "--blur", 64),
    ] {
      let run = try ProgramRun(["sinkhorn"] + arguments, in: folder.path)
      #expect(run.status == status, "\(arguments): \(run.errors)")
      #expect(run.errors.contains(part), "\(run.errors)")
      if status == 1 { #expect(run.errors.filter { $0 == "\n" }.count == 1) }
    }
  }

  /// A manifest of two pairs of models and three prompts.
  private func manifest(_ folder: TemporaryFolder) throws -> String {
    let prompts = (0..<3).map {
      """
        - prompt: "prompt \($0)"
          first: {base: "\(files)/f32.npy", tuned: "\(files)/fortran.npy"}
          second: {base: "\(files)/deflated.npz#base", tuned: "\(files)/types.safetensors#bf16"}
      """
    }
    return try folder.write(
      "manifest.yaml",
      "version: 1\ntask: none\nfirst: {base: a, tuned: b}\nsecond: {base: c, tuned: d}\nprompts:\n"
        + prompts.joined(separator: "\n"))
  }

  @Test func importedLogitsAreCompared() throws {
    let folder = try TemporaryFolder()
    let manifest = try manifest(folder)
    let capture = try ProgramRun(["capture", "--import", manifest, "-o", "run"], in: folder.path)
    #expect(capture.status == 0, "\(capture.errors)")
    #expect(capture.output.contains("run/first: 3 prompts of a and b, all columns of 5"))
    // Again: nothing to do.
    let again = try ProgramRun(["capture", "--import", manifest, "-o", "run", "--json"], in: folder.path)
    #expect(again.status == 0)
    #expect(try JSONDocument(Array(again.output.utf8)).root["runs"]?.elements.count == 2)
    // Other settings in the same folder.
    let other = try ProgramRun(
      ["capture", "--import", manifest, "-o", "run", "--keep", "2"], in: folder.path)
    #expect(
      other.status == 1 && other.errors.contains("another kept: nothing there, 2 here"), "\(other.errors)")
    let run = try ProgramRun(
      ["similarity", "run/first", "run/second", "--top", "3", "--resamples", "100", "-o", "result.json"],
      in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    // All files hold the same numbers, so that nothing was tuned: said, with distances of 0.
    #expect(run.errors.contains("all shifts of run-first are 0"))
    let root = try JSONDocument(try readFile(folder.path("result.json"))).root
    #expect(root["schema"]?.string == "cmc.similarity")
    #expect(root["prompts"]?.elements.count == 3)
    #expect(root["heat_maps"]?.elements.count == 3)
    let matrix = try ProgramRun(
      ["similarity", "run/first", "run/second", "run/first", "--top", "3", "--json", "-q"], in: folder.path)
    #expect(matrix.status == 0, "\(matrix.errors)")
    #expect(try JSONDocument(Array(matrix.output.utf8)).root["schema"]?.string == "cmc.similarity-matrix")
    #expect(matrix.errors == "")
  }

  @Test func runsThatCannotBeComparedAreErrors() throws {
    let folder = try TemporaryFolder()
    let run = try ProgramRun(["similarity", "one", "two"], in: folder.path)
    #expect(run.status == 1)
    #expect(run.errors == "cmc: one: is no whole run: there is no such folder\n")
    #expect(try ProgramRun(["similarity", "one"], in: folder.path).status == 64)
    try folder.write(
      "bad.yaml", "version: 1\nfirst: {}\nprompts:\n - {prompt: x, first: {base: no.npy, tuned: no.npy}}")
    let missing = try ProgramRun(["capture", "--import", "bad.yaml", "-o", "run"], in: folder.path)
    #expect(missing.status == 1 && missing.errors.contains("no.npy"))
    #expect(try ProgramRun(["capture", "-o", "run"], in: folder.path).status == 64)
  }

  /// One model under two templates, and a second run that follows the first, which is the same in the end.
  @Test(.enabled(if: RealData.has(smolLM2), "run Vocabs/fetch smollm2-135m"))
  func aModelIsCapturedAndFollowed() throws {
    let folder = try TemporaryFolder()
    let model = RealData.path(Self.smolLM2)
    try folder.write(
      "prompts.json", "[{\"prompt\": \"The capital of France is\"}, {\"prompt\": \"Ein Gruß:\"}]")
    try folder.write("loud.txt", "ANSWER IN CAPITALS: {prompt}")
    let models = ["--base", model, "--tuned-template", "loud.txt", "--keep", "20"]
    let first = try ProgramRun(
      ["capture", "--prompts", "prompts.json", "--max-tokens", "6", "-o", "first"] + models, in: folder.path)
    #expect(first.status == 0, "\(first.errors)")
    let second = try ProgramRun(
      ["capture", "--prefix-of", "first", "-o", "second"] + models, in: folder.path)
    #expect(second.status == 0, "\(second.errors)")
    let run = try ProgramRun(
      ["similarity", "first", "second", "--top", "10", "--json", "--resamples", "100"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    let root = try JSONDocument(Array(run.output.utf8)).root
    let summaries = try #require(root["rankings"]?.elements.first?["summaries"]?.elements)
    for summary in summaries {
      let mean = try #require(summary["mean"]?.double)
      // The second reads the text in its own tokens, which can part from the generated ones.
      switch summary["measure"]?.string {
      case "cosine", "pearson", "spearman": #expect(mean > 0.9)
      default: #expect(mean < 0.1)
      }
    }
  }

  /// What is wrong with a manifest is found before anything is written, so that it can be mended.
  @Test func aManifestThatFailsLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let path = try manifest(folder)
    let text = String(decoding: try readFile(path), as: UTF8.self)
    for broken in ["\(files)/stored.npz#missing", "no-such.npy"] {
      // The last file that is named is of the second pair.
      guard let end = text.lastIndex(of: ","), let colon = text[end...].firstIndex(of: ":") else { break }
      let tail = text[colon...].drop { $0 != "}" }
      try folder.write("broken.yaml", "\(text[...colon]) \"\(broken)\"\(tail)")
      let run = try ProgramRun(["capture", "--import", "broken.yaml", "-o", "run"], in: folder.path)
      #expect(run.status == 1, "\(run.output)")
      #expect(!fileExists(folder.path("run")), "\(run.errors)")
    }
    #expect(try ProgramRun(["capture", "--import", path, "-o", "run"], in: folder.path).status == 0)
  }
}
