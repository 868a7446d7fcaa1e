import CMCFastJSON
import CMCResultCoding
import CrossModelControl
import TestSupport
import Testing

/// Batches of prompts: interruption, going on, and refusing to go on with anything else.
@Suite struct PromptBatchTests {
  let folder: TemporaryFolder
  private let prompts: String

  init() throws {
    folder = try TemporaryFolder()
    prompts = try folder.write(
      "prompts.jsonl", (1...4).map { #"{"prompt": "Write the name of person \#($0)."}"# + "\n" }.joined())
  }

  private func batch(
    _ output: String, _ configuration: SteeringConfiguration = DemoModels.mapped(),
    _ options: GenerationOptions = DemoModels.short(6)
  ) throws -> PromptBatch {
    try PromptBatch(
      prompts: prompts, output: folder.path(output), try SteeredModel(configuration), options)
  }

  private func bytes(_ name: String) throws -> [UInt8] { try readFile(folder.path(name)) }

  @Test func aBatchGoesOnWhereItWasCancelled() throws {
    #expect(try batch("whole.json").run() == 4)
    #expect(try batch("cut.json").run(observer: CancelAfter(2).observer) == 2)
    let part = try bytes("cut.json.part")
    #expect(part.count { $0 == 0x0A } == 3 && part.last == 0x0A)
    let head = try JSONDocument(Array(part.prefix { $0 != 0x0A })).root
    #expect(head["schema"]?.string == "cmc.batch.part" && head["version"]?.int == 2)
    #expect(head["settings"]?["steering"]?["user"]?["weights"]?["files"]?.elements.isEmpty == false)
    // What was cut off in the middle of a line is made anew.
    try folder.write("cut.json.part", bytes: part.dropLast(9))
    #expect(try batch("cut.json").run() == 4)
    #expect(try bytes("cut.json") == bytes("whole.json"))
    #expect(try namesIn(folder) == ["cut.json", "prompts.jsonl", "whole.json"])
    // Nothing is left to do, and another run does not replace it.
    #expect(try batch("cut.json").run() == 4)
    #expect(throws: FileError.self, "an output is never replaced") {
      try batch("cut.json", DemoModels.mapped(), DemoModels.short(7)).run()
    }
    #expect(try bytes("cut.json") == bytes("whole.json"))
  }

  /// A change of a setting, and the field that must be named.
  struct Change: Sendable, CustomTestStringConvertible {
    let field: String
    let change: @Sendable (inout SteeringConfiguration, inout GenerationOptions) -> Void
    var testDescription: String { field }

    init(
      _ field: String,
      _ change: @escaping @Sendable (inout SteeringConfiguration, inout GenerationOptions) -> Void
    ) {
      self.field = field
      self.change = change
    }
  }

  static let changes = [
    Change("options.max_tokens") { $1.maxTokens = 7 },
    Change("options.sampling.temperature") { $1.sampling.temperature = 0.5 },
    Change("options.sampling.seed") { $1.sampling.seed = .max },
    Change("options.stops[0]") { $1.stops = ["x"] },
    Change("options.ignores_end_tokens") { $1.ignoresEndTokens = true },
    Change("options.shifts_context") { $1.shiftsContext = true },
    Change("steering.deltas[0].alpha") { configuration, _ in configuration.alpha = 0.5 },
    Change("steering.mode") { configuration, _ in configuration.mode = .add },
    Change("steering.unmatched") { configuration, _ in configuration.unmatched = .mean },
    Change("steering.special_tokens") { configuration, _ in configuration.specialTokens = .areParsed },
    Change("steering.user_voice") { configuration, _ in configuration.userVoice = .isSilent },
    Change("steering.precision") { configuration, _ in configuration.computing.precision = .fast },
    Change("steering.template") { configuration, _ in configuration.template = "plain" },
    Change("steering.deltas[0].template") { configuration, _ in configuration.deltaTemplate = "plain" },
    Change("steering.deltas[0].anti_expert") { configuration, _ in
      configuration.deltas[0].antiExpert = .path(DemoModels.path("delta-a"))
    },
    Change("steering.user.name") { configuration, _ in
      configuration.user = .path(DemoModels.path("base-two") + "+" + DemoModels.path("lora-a-two"))
    },
    Change("steering.deltas[0].map") { configuration, _ in
      let rules = AlignmentRules(method: .exact)
      let pair = try? PairAlignment(DemoModels.path("base-two"), DemoModels.path("delta-a"), rules: rules)
      configuration.deltas[0].map = pair.map { .map($0.map) }
    },
  ]

  @Test(arguments: changes) func otherSettingsAreRefusedByName(change: Change) throws {
    #expect(try batch("out.json").run(observer: CancelAfter(1).observer) == 1)
    let part = try bytes("out.json.part")
    var (configuration, options) = (DemoModels.mapped(), DemoModels.short(6))
    change.change(&configuration, &options)
    let other = try batch("out.json", configuration, options)
    let error = #expect(throws: FileError.self) { try other.run() }
    let difference = try #require(error?.underlying as? SettingsDifference, "\(error as Any)")
    #expect(difference.field.hasPrefix(change.field), "\(difference)")
    #expect(error?.path == folder.path("out.json.part"))
    #expect(try bytes("out.json.part") == part, "the other run's file is left alone")
    #expect(try batch("out.json").run() == 4)
  }

  /// The same name, other weights: one byte of them, and another model altogether.
  @Test func otherWeightsUnderTheSameNameAreRefused() throws {
    let models = try StudyFixture()
    try models.put("base-two", as: "user")
    try models.put("delta-a", as: "delta")
    var configuration = DemoModels.mapped()
    try models.put("lora-a-two", as: "adapter")
    configuration.user = .path(models.path("user") + "+" + models.path("adapter"))
    configuration.deltas[0].model = .path(models.path("delta"))
    #expect(try batch("out.json", configuration).run(observer: CancelAfter(1).observer) == 1)
    func refusal() throws -> String? {
      let other = try batch("out.json", configuration)
      return differingField { try other.run() }
    }
    try models.put("a-two", as: "user")
    #expect(try refusal() == "steering.user.weights.files[model.safetensors].sha256")
    try models.put("base-two", as: "user")
    let configurationPath = models.path("user/tokenizer_config.json")
    try AtomicFile.write(try readFile(configurationPath) + [0x0A], to: configurationPath)
    #expect(try refusal() == "steering.user.tokenizer.files[tokenizer_config.json].sha256")
    try models.put("base-two", as: "user")
    try models.put("lora-b-two", as: "adapter")
    #expect(try refusal() == "steering.user.weights.adapter[adapter_model.safetensors].sha256")
    try models.put("lora-a-two", as: "adapter")
    var weights = try readFile(models.path("delta/model.safetensors"))
    weights[weights.count - 2] ^= 1
    try AtomicFile.write(weights, to: models.path("delta/model.safetensors"))
    #expect(try refusal() == "steering.deltas[0].model.weights.files[model.safetensors].sha256")
    try models.put("delta-a", as: "delta")
    #expect(try batch("out.json", configuration).run() == 4)
  }

  @Test func otherPromptsAndOtherFilesAreRefused() throws {
    #expect(try batch("out.json").run(observer: CancelAfter(1).observer) == 1)
    let part = try bytes("out.json.part")
    func refusal(_ text: [UInt8]) throws -> (any DescribedError)? {
      try folder.write("out.json.part", bytes: text)
      let batch = try batch("out.json")
      return #expect(throws: FileError.self) { try batch.run() }?.underlying
    }
    let old = #"{"schema":"cmc.batch.part","version":1,"settings":"00"}"# + "\n"
    #expect(try refusal(Array(old.utf8)) as? PartFileError == .otherVersion(found: 1, written: 2))
    #expect(try "\(refusal(Array(old.utf8)) as Any)".contains("earlier version"))
    #expect(try refusal(Array("hello\n".utf8)) as? PartFileError == .otherKind)
    let lines = part.split(separator: 0x0A)
    let long = ([lines[0]] + Array(repeating: lines[1], count: 5)).flatMap { $0 + [0x0A] }
    #expect(try refusal(long) as? PartFileError == .tooLong(items: 5, limit: 4))
    try folder.write("out.json.part", bytes: part)
    try folder.write("prompts.jsonl", #"{"prompt": "Another."}"#)
    let other = try batch("out.json")
    let error = #expect(throws: FileError.self) { try other.run() }
    #expect((error?.underlying as? SettingsDifference)?.field == "prompts")
  }

  /// Written down and read again a run's settings are the same, seeds of all 64 bits included.
  @Test func settingsSurviveTheirFile() throws {
    var options = DemoModels.short()
    options.sampling.seed = .max
    options.sampling.topP = 0.1
    let settings = try batch("out.json", DemoModels.proxy("base-two", mode: .normalize), options).settings()
    let text = try ResultCoding.encode(settings)
    #expect(try ResultCoding.decode(GenerationSettings.self, from: text) == settings)
    var other = settings
    other.options.sampling.seed -= 1
    #expect(try other.difference(from: settings) != nil)
    #expect(try settings.difference(from: settings) == nil)
  }
}
