import CMCPrimitives
import TestSupport
import Testing

@testable import CrossModelControl

/// A training goes on with its own data, models, templates and plan, and with no others.
@Suite struct TrainingSettingsTests {
  private struct Setting {
    let fixture: StudyFixture

    init() throws {
      fixture = try StudyFixture()
      try fixture.folder.write("data.jsonl", Self.records(0..<40))
      try fixture.folder.write("around.template", "<|user|>{prompt}<|bot|>")
      try fixture.put("base-one", as: "start")
    }

    static func records(_ numbers: Range<Int>) -> String {
      numbers.map { #"{"prompt":"number \#($0 % 10)","response":"the answer is \#($0 % 10)."}"# }
        .joined(separator: "\n") + "\n"
    }

    /// A delta model of first values beside a template, or an adapter, with a checkpoint every other step.
    func configuration(_ learner: TrainingConfiguration.Learner? = nil) throws -> TrainingConfiguration {
      let size = try #require(ModelSize("16x2x2x24"))
      let delta = TrainingConfiguration.Delta(template: fixture.path("start"), start: .shape(size))
      var data = TrainingFiles([fixture.path("data.jsonl")])
      data.template = fixture.path("around.template")
      var configuration = TrainingConfiguration(
        learner ?? .delta(delta), data: data, output: TrainingOutput(folder: fixture.path("out")))
      configuration.schedule.steps = 8
      configuration.schedule.batch = 4
      configuration.schedule.checkpointEvery = 2
      configuration.computing.threads = 2
      return configuration
    }

    /// Trains, broken off behind the third step.
    func begin(_ configuration: TrainingConfiguration) throws {
      let canceller = Canceller(after: 2)
      guard
        case .interrupted(let step) = try TrainingSession(configuration, observer: canceller.observer).run()
      else {
        Issue.record("the training was not broken off")
        return
      }
      #expect(step == 3)
    }
  }

  /// The same configuration, going on.
  private func resumed(_ configuration: TrainingConfiguration) -> TrainingConfiguration {
    var configuration = configuration
    configuration.output.begun = .resumed
    return configuration
  }

  @Test func aTrainingGoesOnToTheSameBytes() throws {
    let setting = try Setting()
    let configuration = try setting.configuration()
    try setting.begin(configuration)
    // A folder with a run is not replaced, and the run in it is still there afterwards.
    let refused = #expect(throws: FileError.self) { try TrainingSession(configuration) }
    #expect(refused?.underlying as? OutputError == .holdsRun)
    guard case .finished(let report) = try TrainingSession(resumed(configuration)).run() else {
      Issue.record("the training was not finished")
      return
    }
    #expect(report.resumedFrom == 3 && report.steps == 8)
    var whole = configuration
    whole.output.folder = setting.fixture.path("whole")
    guard case .finished(let other) = try TrainingSession(whole).run() else {
      Issue.record("the training was not finished")
      return
    }
    #expect(other.digest == report.digest && other.last?.loss == report.last?.loss)
    // Figures are of the whole run, not of its last part.
    #expect(other.tokens > 0 && other.tokens == report.tokens)
    #expect(other.last?.accuracy == report.last?.accuracy && report.seconds > 0)
    for name in ["model.safetensors", "config.json", "tokenizer.json"] {
      #expect(
        try readFile(setting.fixture.path("out/" + name)) == readFile(setting.fixture.path("whole/" + name)),
        "\(name)")
    }
    #expect(!fileExists(setting.fixture.path("out/checkpoint.safetensors")))
    // Without a function that draws there is no figure; the report is what its value says.
    #expect(!fileExists(setting.fixture.path("out/loss.svg")))
    #expect(try readFile(setting.fixture.path("out/training.json")) == report.json())
    guard case .complete(let again) = try TrainingSession(resumed(configuration)).run() else {
      Issue.record("a finished training has nothing left to do")
      return
    }
    #expect(again == report.json())
    var altered = resumed(configuration)
    altered.schedule.learningRate = 0.02
    let finished = #expect(throws: FileError.self) { try TrainingSession(altered).run() }
    #expect(finished?.underlying as? OutputError == .isFinished)
  }

  @Test func otherDataAreRefused() throws {
    let setting = try Setting()
    let configuration = try setting.configuration()
    try setting.begin(configuration)
    try setting.fixture.folder.write("data.jsonl", Setting.records(1..<41))
    #expect(differingField { try TrainingSession(resumed(configuration)).run() } == "data[data.jsonl].sha256")
    try setting.fixture.folder.write("data.jsonl", Setting.records(0..<40))
    guard case .finished = try TrainingSession(resumed(configuration)).run() else {
      Issue.record("the training did not go on with its own data")
      return
    }
  }

  @Test func anotherTemplateIsRefused() throws {
    let setting = try Setting()
    let configuration = try setting.configuration()
    try setting.begin(configuration)
    try setting.fixture.folder.write("around.template", "<|user|> {prompt}<|bot|>")
    #expect(differingField { try TrainingSession(resumed(configuration)).run() } == "prompt_template")
  }

  /// Trained anew in place: the model beside which a delta model learns, and the one that an adapter is for.
  @Test(arguments: [true, false])
  func otherWeightsUnderOneNameAreRefused(isDelta: Bool) throws {
    let setting = try Setting()
    let path = setting.fixture.path("start")
    let configuration = try setting.configuration(isDelta ? nil : .adapter(.init(base: path)))
    try setting.begin(configuration)
    try setting.fixture.put("a-one", as: "start")
    let field = differingField { try TrainingSession(resumed(configuration)).run() }
    #expect(
      field
        == (isDelta ? "template.files[model.safetensors].sha256" : "start.files[model.safetensors].sha256"))
  }

  @Test func otherOptionsAreRefusedByTheirNames() throws {
    let setting = try Setting()
    let configuration = try setting.configuration()
    try setting.begin(configuration)
    let changes: [(String, (inout TrainingConfiguration) -> Void)] = [
      ("plan.schedule.steps", { $0.schedule.steps = 9 }), ("plan.batch", { $0.schedule.batch = 5 }),
      ("plan.schedule.peak", { $0.schedule.learningRate = 0.1 }), ("plan.seed", { $0.schedule.seed = 2 }),
      ("plan.optimizer.clip", { $0.schedule.optimizer.clip = 0.5 }),
      ("objective", { $0.objective = .ascent }), ("precision", { $0.computing.precision = .fast }),
      ("max_length", { $0.data.maxLength = 12 }), ("learns_prompts", { $0.data.learnsPrompts = true }),
      ("pass_tokens", { $0.passTokens = 64 }), ("split_for_validation", { $0.data.validationSplit = 0.01 }),
    ]
    for (field, change) in changes {
      var other = resumed(configuration)
      change(&other)
      let found = differingField { try TrainingSession(other).run() }
      #expect(found == field, "\(field): \(found ?? "not refused")")
    }
    // How the result is written decides no bit of what is learnt.
    var other = resumed(configuration)
    (other.output.encoding, other.output.writesGGUF, other.computing.threads) = (.float16, true, 1)
    guard case .finished = try TrainingSession(other).run() else {
      Issue.record("the training was not finished")
      return
    }
    #expect(fileExists(setting.fixture.path("out/model.gguf")))
  }
}
