import CMCPrimitives
import TestSupport
import Testing

@testable import CMCLogitShift

@Suite("Manifests of imported logits")
struct LogitManifestTests {
  private func parse(_ text: String) throws -> LogitManifest { try LogitManifest(parsing: Array(text.utf8)) }

  @Test("Everything that can be said") func whole() throws {
    let manifest = try parse(
      """
      version: 1
      task: alpaca
      first: {base: a, tuned: b, tokenizer: vocab/}
      second: {base: c, tuned: d}
      prompts:
        - prompt: "What's [this]?"
          response: |
            Two
            lines
          first: {base: "0.npz#base", tuned: "0.npz#tuned"}
          second: {base: x.npy, tuned: y.pt}
      """)
    #expect(manifest.task == "alpaca")
    #expect(manifest.first == LogitManifest.Models(base: "a", tuned: "b", tokenizer: "vocab/"))
    #expect(manifest.prompts[0].response == "Two\nlines\n")
    #expect(manifest.prompts[0].first.base == LogitManifest.Place(file: "0.npz", array: "base"))
    #expect(manifest.prompts[0].second?.tuned == LogitManifest.Place(file: "y.pt", array: nil))
  }

  @Test(
    "Errors name the line",
    arguments: [
      ("", "line 1: 'version' is missing"),
      ("version: 2\nfirst: {}\nprompts: []", "line 1: 'version' must be 1"),
      ("version: 1\nfirst: {}\nprompts: []", "line 3: 'prompts' must be a list with a prompt at least"),
      (
        "version: 1\nfrist: {}",
        "line 2: unknown key 'frist'; known are version, task, first, second, prompts"
      ),
      ("version: 1\nfirst: {}\nprompts:\n - prompt: x\n   first: {base: a}", "line 5: 'tuned' is missing"),
      ("version: 1\nfirst: {}\nprompts:\n - first: {base: a, tuned: b}", "line 4: 'prompt' is missing"),
      (
        "version: 1\nfirst: {}\nsecond: {}\nprompts:\n - prompt: x\n   first: {base: a, tuned: b}",
        "line 5: 'second' must be logits for every prompt if the file has a second pair, else none"
      ),
      (
        "version: 1\nfirst: [&a x, *a]",
        "line 2: anchors and aliases are not taken; quote a piece that begins so"
      ),
      ("version: 1\nfirst: 3\nprompts: []", "line 2: 'first' must be a mapping of base, tuned, tokenizer"),
    ]) func errors(_ text: String, _ message: String)
  {
    do {
      _ = try parse(text)
      Issue.record("read")
    } catch { #expect("\(error)" == message) }
  }

  @Test("Nesting that would exhaust the stack is refused, also behind an apostrophe") func nesting() {
    let deep = String(repeating: "[", count: 100_000)
    for text in ["version: \(deep)", "task: don't\nversion: \(deep)", "task: \"\(deep)"] {
      #expect(throws: LogitManifestError.self) { try parse(text) }
    }
  }

  @Test("Matrices become a run; what does not fit is refused with its file") func importing() throws {
    let folder = try TemporaryFolder()
    for name in ["stored.npz", "f32.npy", "tensor.pt"] {
      try folder.write(name, bytes: try LogitFileTests.golden(name))
    }
    let manifest = try parse(
      """
      version: 1
      first: {base: a, tuned: b}
      prompts:
        - prompt: one
          response: hello
          first: {base: "stored.npz#base", tuned: "stored.npz#tuned"}
        - prompt: two
          first: {base: f32.npy, tuned: tensor.pt}
      """)
    let importer = LogitImporter(manifest, folder: folder.path)
    #expect(try importer.width(.first) == 5)
    let description = importer.describe(
      .first, tool: "t", label: "run", width: 5, kept: nil, settings: "s", tokenizer: nil)
    let writer = try RunWriter(path: folder.path("run"), description: description, tokenTexts: nil)
    for prompt in 0..<2 {
      try writer.write(prompt, try importer.record(.first, prompt: prompt, width: 5, kept: nil))
    }
    let run = try CaptureRun(path: folder.path("run"))
    let captured = try run.prompt(0)
    #expect(captured.steps == [0, 1, 2] && captured.response == Array("hello".utf8))
    let step = try captured.step(1)
    // Adding 1 to every logit changes no probability.
    for place in 0..<5 { #expect(abs(step.shift(at: place)) < 1e-6) }
    #expect(throws: LogitShiftError.self) { try importer.record(.first, prompt: 0, width: 6, kept: nil) }
    let missing = try LogitImporter(
      parse("version: 1\nfirst: {}\nprompts:\n - prompt: x\n   first: {base: no.npy, tuned: f32.npy}"),
      folder: folder.path)
    #expect(throws: FileError.self) { try missing.width(.first) }
  }
}
