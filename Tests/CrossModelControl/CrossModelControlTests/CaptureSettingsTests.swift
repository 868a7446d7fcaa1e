import CMCPrimitives
import Foundation
import TestSupport
import Testing

@testable import CrossModelControl

/// A capture goes on with its own models, tokenizer, templates, map and options, and with no others.
@Suite struct CaptureSettingsTests {
  /// A folder with both models, and one of three prompts captured.
  private func begun() throws -> (StudyFixture, CaptureConfiguration) {
    let fixture = try StudyFixture()
    try fixture.put("base-one", as: "base")
    try fixture.put("lora-a-one", as: "adapter")
    let configuration = try fixture.capture(to: "run")
    // Looked at for each of at most four tokens, and once behind each prompt.
    let canceller = Canceller(after: 6)
    let outcome = try ModelCapture(configuration, observer: canceller.observer).run()
    #expect((1...2).contains(outcome.captured) && !outcome.isComplete)
    return (fixture, configuration)
  }

  @Test func aCaptureGoesOnToTheSameBytes() throws {
    let (fixture, configuration) = try begun()
    let kept = try readFile(fixture.path("run/prompt-000000.safetensors"))
    #expect(try ModelCapture(configuration).run().isComplete)
    #expect(try readFile(fixture.path("run/prompt-000000.safetensors")) == kept)
    var whole = configuration
    whole.output = fixture.path("whole")
    #expect(try ModelCapture(whole).run().isComplete)
    let names = namesInFolder(fixture.path("run"))
    #expect(names.count == 5)
    for name in names where name != "run.json" {
      #expect(try readFile(fixture.path("run/" + name)) == readFile(fixture.path("whole/" + name)), "\(name)")
    }
  }

  /// Prompts captured together give the files of each alone; with `fast`, which sums otherwise then, of any number together.
  @Test func promptsCapturedTogetherAreThoseAlone() throws {
    let fixture = try StudyFixture()
    try fixture.put("base-one", as: "base")
    try fixture.put("lora-a-one", as: "adapter")
    try fixture.put("base-two", as: "second")
    func capture(_ name: String, _ change: (inout CaptureConfiguration) -> Void) throws -> [String: [UInt8]] {
      var configuration = try fixture.capture(to: name)
      configuration.label = "run"
      change(&configuration)
      #expect(try ModelCapture(configuration).run().isComplete)
      return try fixture.contents(name)
    }
    let alone = try capture("alone") { _ in }
    #expect(try capture("together") { $0.parallel = 3 } == alone)
    func second(_ name: String, _ parallel: Int) throws -> [String: [UInt8]] {
      try capture(name) {
        ($0.base, $0.tuned, $0.tunedTemplate) = (fixture.path("second"), nil, "chatml")
        $0.texts = .following(run: fixture.path("alone"))
        $0.parallel = parallel
      }
    }
    #expect(try second("second-alone", 1) == second("second-together", 2))
    let fast = try capture("fast") { ($0.computing.precision, $0.parallel) = (.fast, 2) }
    #expect(try capture("fast-more") { ($0.computing.precision, $0.parallel) = (.fast, 5) } == fast)
    var other = try fixture.capture(to: "fast")
    (other.label, other.computing.precision) = ("run", .fast)
    #expect(differingField { try ModelCapture(other).run() } == "base_precision")
  }

  /// Trained anew in place: the same folder, the same names, other weights.
  @Test(arguments: [
    ("base", "base-one", "a-one", "base.files[model.safetensors].sha256"),
    ("adapter", "lora-a-one", "lora-b-one", "tuned.adapter[adapter_model.safetensors].sha256"),
  ])
  func otherWeightsUnderOneNameAreRefused(name: String, old: String, new: String, field: String) throws {
    let (fixture, configuration) = try begun()
    let before = namesInFolder(fixture.path("run"))
    try fixture.put(new, as: name)
    #expect(differingField { try ModelCapture(configuration).run() } == field)
    #expect(namesInFolder(fixture.path("run")) == before)
    // And back: what is refused is the weights, not that they were written again.
    try fixture.put(old, as: name)
    #expect(try ModelCapture(configuration).run().isComplete)
  }

  @Test func anotherTokenizerIsRefused() throws {
    let (fixture, configuration) = try begun()
    let path = fixture.path("base/tokenizer.json")
    try AtomicFile.write(try readFile(path) + [0x0A], to: path)
    #expect(
      differingField { try ModelCapture(configuration).run() } == "tokenizer.files[tokenizer.json].sha256")
  }

  @Test func anotherTemplateIsRefused() throws {
    let (fixture, configuration) = try begun()
    try fixture.folder.write("base.template", "<|user|> {prompt}<|bot|>")
    #expect(differingField { try ModelCapture(configuration).run() } == "base_template")
  }

  @Test func otherOptionsAreRefusedByTheirNames() throws {
    let (fixture, configuration) = try begun()
    // The folder goes with the fixture, which nothing below names.
    defer { withExtendedLifetime(fixture) {} }
    let changes: [(String, (inout CaptureConfiguration) -> Void)] = [
      ("kept", { $0.kept = .best(20) }), ("max_tokens", { $0.answering.maxTokens = 5 }),
      ("temperature", { $0.answering.temperature = 0.5 }), ("stops", { $0.answering.stops = ["x"] }),
      ("seed", { $0.seed = 7 }), ("parses_special", { $0.parsesSpecial = true }),
      ("tuned_template", { $0.tunedTemplate = "plain" }), ("tuned_precision", { $0.tunedPrecision = .fast }),
      ("base_precision", { $0.computing.precision = .fast }),
      ("prompts", { $0.texts = .prompts(["The river is"]) }),
      ("responses", { $0.texts = .responses(prompts: StudyFixture.prompts, responses: ["a", "b", "c"]) }),
    ]
    for (field, change) in changes {
      var other = configuration
      change(&other)
      let found = differingField { try ModelCapture(other).run() }
      #expect(found == field || found == field + "[0]", "\(field): \(found ?? "not refused")")
    }
    var renamed = configuration
    (renamed.label, renamed.task, renamed.computing.threads) = ("another name", "pirate", 1)
    #expect(try ModelCapture(renamed).run().isComplete)
    // And what names a run is taken over; without them it keeps its own.
    #expect(try ModelCapture(configuration).run().isComplete)
    let run = try CaptureRun(path: fixture.path("run")).description
    #expect(run.label == "another name" && run.task == "pirate")
  }

  @Test func aSeedOf64BitsIsComparedWhole() throws {
    let fixture = try StudyFixture()
    try fixture.put("base-one", as: "base")
    try fixture.put("lora-a-one", as: "adapter")
    var configuration = try fixture.capture(to: "run", prompts: ["The river is"])
    configuration.seed = .max
    #expect(try ModelCapture(configuration).run().isComplete)
    let text = String(decoding: try readFile(fixture.path("run/run.json")), as: UTF8.self)
    #expect(text.contains("\"seed\":18446744073709551615"))
    configuration.seed = .max - 1
    #expect(differingField { try ModelCapture(configuration).run() } != nil)
  }

  @Test func anotherMapAndAnotherFollowedRunAreRefused() throws {
    let (fixture, first) = try begun()
    #expect(try ModelCapture(first).run().isComplete)
    let pair = try PairAlignment(StudyFixture.model("base-one"), StudyFixture.model("base-two"))
    func follow(_ map: String) -> CaptureConfiguration {
      var configuration = CaptureConfiguration(
        base: StudyFixture.model("base-two"), tuned: StudyFixture.model("a-two"),
        texts: .following(run: fixture.path("run"), map: map), output: fixture.path("second"))
      configuration.kept = .best(30)
      configuration.shuffles = 2
      return configuration
    }
    let map = fixture.path("map.json")
    try fixture.write(pair.map, to: map)
    let outcome = try ModelCapture(follow(map)).run()
    #expect(outcome.isComplete && outcome.description.map != nil)
    #expect(outcome.description.shuffleSeeds == [1, 2])
    #expect(try ModelCapture(follow(map)).run().isComplete)
    let other = pair.map.shuffled(seed: 3, keepsRoles: true)
    try fixture.write(other, to: map)
    #expect(differingField { try ModelCapture(follow(map)).run() } == "map")
    try fixture.write(pair.map, to: map)
    try FileManager.default.removeItem(atPath: fixture.path("run"))
    var again = first
    again.seed = 9
    again.answering.temperature = 0.7
    #expect(try ModelCapture(again).run().isComplete)
    #expect(differingField { try ModelCapture(follow(map)).run() } == "follows")
  }

  @Test func aRunOfAnOlderVersionIsRefusedInASentence() throws {
    let (fixture, configuration) = try begun()
    let path = fixture.path("run/run.json")
    let text = String(decoding: try readFile(path), as: UTF8.self)
    // Keys are sorted, so the settings stand before `fingerprint`.
    let start = try #require(text.range(of: "\"captured_with\":"))
    let end = try #require(text.range(of: ",\"fingerprint\":\"", range: start.upperBound..<text.endIndex))
    // The tokenizer's fingerprint lies inside the settings: the run's own is the last one of the file.
    let last = try #require(text.range(of: "\"fingerprint\":\"", options: .backwards))
    #expect(end.lowerBound < last.lowerBound)
    let old = text[..<start.lowerBound] + text[last.lowerBound...]
    try AtomicFile.write(Array(old.utf8), to: path)
    let error = #expect(throws: FileError.self) { try ModelCapture(configuration).run() }
    #expect(error?.underlying as? LogitShiftError == .settingsUnknown)
    #expect(error?.description.hasSuffix("does not tell with what settings") == true)
  }
}
