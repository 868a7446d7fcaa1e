import CMCLogitShift
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@Suite("Runs that cannot be compared, and results that must be said")
struct SimilarityRefusalTests {
  private func compare(_ one: CaptureRun, _ two: CaptureRun, top: Int = 4) throws -> SimilarityResult {
    var settings = SimilaritySettings()
    settings.top = top
    settings.shuffles = 0
    settings.resamples = 50
    return try SimilarityCalculator(settings, tool: "test").compare(try RunPair(one, two, map: nil))
  }

  private let noise: (Int, Int, Int) -> (base: Float, shift: Float) = {
    (hashed($0, $1, $2), hashed(1, $0, $1, $2))
  }

  @Test("Prompts, steps, responses or widths that disagree") func disagreements() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 3, width: 9)
    let run = try fixture.write("run", response: "abc", logits: noise)
    let other = try fixture.write("prompts", response: "abc", prompts: ["prompt 0", "x"], logits: noise)
    #expect(throws: LogitShiftError.self) { try RunPair(run, other, map: nil) }
    let more = try fixture.write(
      "more", response: "abc", prompts: ["prompt 0", "prompt 1", "2"], logits: noise)
    #expect(throws: LogitShiftError.self) { try RunPair(run, more, map: nil) }
    for (label, response, steps) in [("steps", "abc", 2), ("text", "abd", 3)] {
      let second = try fixture.write(label, response: response, steps: steps, logits: noise)
      do {
        _ = try compare(run, second)
        Issue.record("compared")
      } catch LogitShiftError.stepsDiffer(_, _, let prompt, _) { #expect((0...1).contains(prompt)) }
    }
    let wide = try FixtureRuns(prompts: 2, steps: 3, width: 10).write("wide", fingerprint: nil, logits: noise)
    let unnamed = try fixture.write("unnamed", fingerprint: nil, logits: noise)
    #expect(throws: LogitShiftError.widthsDiffer(first: 9, second: 10)) {
      try RunPair(unnamed, wide, map: nil)
    }
  }

  @Test("Other vocabularies without a map, and a map of other vocabularies") func maps() throws {
    let fixture = try FixtureRuns(prompts: 1, steps: 2, width: 9)
    let one = try fixture.write("one", logits: noise)
    let two = try fixture.write("two", fingerprint: "b", logits: noise)
    #expect(throws: LogitShiftError.mapNeeded(first: "one", second: "two")) {
      try RunPair(one, two, map: nil)
    }
    let wrong = fixture.map(offset: 0, source: "a", target: "c")
    #expect(throws: LogitShiftError.self) { try RunPair(one, two, map: (wrong, "m")) }
    let turned = fixture.map(offset: 0, source: "b", target: "a")
    #expect(throws: LogitShiftError.self) { try RunPair(one, two, map: (turned, "m")) }
    #expect(try RunPair(one, two, map: (fixture.map(offset: 0), "m")).notes.isEmpty)
  }

  @Test("Logits that are no finite numbers") func notFinite() throws {
    var recorder = PromptRecorder(width: 3, kept: nil)
    for bad in [Float.nan, .infinity, -.infinity] {
      #expect(throws: LogitShiftError.notFinite(what: "the tuned model", step: 4, column: 1)) {
        try recorder.add(step: 4, prefix: nil, token: -1, base: [0, 0, 0], tuned: [0, bad, 0])
      }
    }
  }

  @Test("Columns that were not kept") func columns() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 3, width: 40)
    let all = try fixture.write("all", logits: noise)
    let few = try fixture.write("few", kept: 3, logits: { (-hashed($0, $1, $2), 0.1) })
    #expect(throws: LogitShiftError.tooFewColumns(run: "few", kept: 3, asked: 4)) { try compare(few, all) }
    do {
      _ = try compare(all, few)
      Issue.record("compared")
    } catch LogitShiftError.columnsMissing(let run, _, _, let missing, let of) {
      #expect(run == "few" && missing > 0 && of == 4)
    }
    // In a matrix such a cell stays empty, and is named.
    var settings = SimilaritySettings()
    settings.top = 4
    let matrix = try SimilarityCalculator(settings, tool: "t").matrix([all, few, all]) {
      try RunPair($0, $1, map: nil)
    }
    #expect(matrix.perPrompt[0][1].isEmpty && matrix.tables[0].means[0][1] == nil)
    #expect(matrix.perPrompt[0][2].count == 2)
    #expect(matrix.notes.contains { $0.contains("all with few is left out") })
  }

  @Test("No shifts, and one prompt: said, not silently 0") func statements() throws {
    let fixture = try FixtureRuns(prompts: 1, steps: 3, width: 9)
    let one = try fixture.write("one", logits: noise)
    let still = try fixture.write("still") { (hashed($0, $1, $2), 0) }
    let result = try compare(one, still)
    #expect(result.notes.contains { $0.contains("all shifts of still are 0 in 1 of 1 prompts") })
    #expect(result.notes.contains("one prompt: there are no intervals"))
    #expect(result.rankings[0].summaries.allSatisfy { $0.interval == nil })
    #expect(result.rankings[0].summary(of: .cosine)?.mean == nil)
  }

  @Test("A run that is not whole, and a folder with another run") func runs() throws {
    let fixture = try FixtureRuns(prompts: 2, steps: 3, width: 9)
    let run = try fixture.write("run", logits: noise)
    let first = try RunWriter(path: run.path, description: run.description, tokenTexts: nil)
    #expect(first.has(0) && first.has(1))
    var other = run.description
    other.settings = "other"
    #expect(throws: FileError.self) { try RunWriter(path: run.path, description: other, tokenTexts: nil) }
    let half = try RunWriter(
      path: fixture.folder.path("half/way"), description: run.description, tokenTexts: nil)
    #expect(!half.has(0))
    do {
      _ = try CaptureRun(path: half.path)
      Issue.record("opened")
    } catch let error as FileError {
      #expect(error.underlying as? LogitShiftError == .incomplete(missing: 2, of: 2))
    }
    #expect(throws: FileError.self) { try CaptureRun(path: fixture.folder.path("nothing")) }
    for (name, text) in [
      ("empty", "{}"), ("bad", "no json"), ("old", "{\"schema\": \"cmc.run\", \"version\": 7}"),
    ] {
      try fixture.folder.write("\(name)/run.json", text)
      #expect(throws: FileError.self) { try CaptureRun(path: fixture.folder.path(name)) }
    }
  }

  @Test("Every damaged prompt file is an error or a prompt") func damage() throws {
    let fixture = try FixtureRuns(prompts: 1, steps: 2, width: 6)
    for kept in [nil, 2] as [Int?] {
      let run = try fixture.write("run\(kept ?? 0)", kept: kept, response: "ab", logits: noise)
      let path = run.path + "/prompt-000000.safetensors"
      let bytes = try readFile(path)
      let damaged = fixture.folder.path("damaged")
      for place in stride(from: 0, to: bytes.count, by: 9) {
        var copy = bytes
        copy[place] ^= 0x81
        try Data(place % 3 == 0 ? Array(bytes[..<place]) : copy).write(to: URL(fileURLWithPath: damaged))
        do {
          let prompt = try CapturedPrompt(path: damaged, width: 6)
          for step in prompt.steps.indices { _ = try prompt.step(step).best(2, by: .base) }
        } catch let error as any DescribedError { #expect(!error.description.isEmpty) }
      }
    }
  }
}
