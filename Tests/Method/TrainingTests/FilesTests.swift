import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import CMCPrompts
import CMCRecords
import TestSupport
import Testing

@testable import CMCTraining

/// What is written reads back: folders of the hub, adapters, checkpoints.
@Suite struct FilesTests {
  private let ids: [Int32] = [1, 5, 30, 7, 7, 2, 36]

  /// The largest difference of the logits of a model from those of a network in float64.
  private func difference(_ model: LanguageModel, _ network: Network) throws -> Double {
    var worst = 0.0
    let wanted = NaiveNetwork(network).logits(ids)
    let session = LanguageModelSession(model, threads: 1)
    try session.extend(ids, logits: .all) { position, logits in
      for (a, b) in zip(logits, wanted[position]) { worst = max(worst, abs(Double(a) - b)) }
    }
    return worst
  }

  /// A folder can say everything of Llama's, Qwen3's without biases; the mixtures of other tests are no family.
  @Test(arguments: ["llama", "untied"]) func aFolderIsTheModel(_ name: String) throws {
    let folder = try TemporaryFolder()
    let network = try SmallNetworks.network(name)
    for (encoding, tolerance) in [
      (FloatEncoding.float32, 1e-4), (.float16, 2e-2), (.bfloat16, 2e-1),
    ] {
      let path = folder.path("\(encoding)")
      try ModelFolder.write(network, tokens: .init(bos: 1, eos: [2, 3]), encoding: encoding, to: path)
      let model = try LanguageModel.load(path)
      #expect(model.configuration == network.shape.configuration)
      #expect(try difference(model, network) < tolerance, "\(encoding)")
      if encoding == .float32 {
        let again = Network(
          try NetworkShape(model.configuration), learning: .nothing, positions: 8, longest: 8)
        try again.load(model)
        #expect(Array(again.values.values) == Array(network.values.values))
      }
    }
  }

  /// A GGUF file's norms are whole, the hub's of Gemma lack 1: a folder made from the first must lack it too.
  @Test func aFolderOfAGemmaFromGGUFIsTheModel() throws {
    let folder = try TemporaryFolder()
    var configuration = try SmallNetworks.configuration("gemma")
    configuration.architecture = .gemma3
    configuration.attentionScale = 0.25
    configuration.embeddingScale = Float(configuration.hiddenSize).squareRoot()
    let network = Network(try NetworkShape(configuration), learning: .nothing, positions: 8, longest: 8)
    network.initialize(seed: 5)
    try ModelFolder.write(
      network, tokens: .init(bos: 1, eos: [2]), encoding: .float32, to: folder.path("gemma"))
    #expect(try difference(try LanguageModel.load(folder.path("gemma")), network) < 1e-4)
  }

  @Test func anAdapterIsWhatWasLearnt() throws {
    let folder = try TemporaryFolder()
    let network = try SmallNetworks.network("llama", learning: .adapters(rank: 3, alpha: 6))
    try ModelFolder.write(
      network, tokens: .init(bos: nil, eos: []), encoding: .float32, to: folder.path("base"))
    try AdapterFolder.write(network, base: .init(named: "base"), to: folder.path("adapter"))
    let model = try LanguageModel.load(folder.path("base") + "+" + folder.path("adapter"))
    network.mergeAdapters()
    #expect(try difference(model, network) < 2e-4)
    // An adapter of another model's shape is an error that names its file and tensor.
    let other = try SmallNetworks.network("untied", learning: .nothing)
    let shape = try NetworkShape(
      try ModelConfiguration.llama(
        vocabularySize: 37, contextLength: 128, hiddenSize: 16, layerCount: 2, headCount: 4,
        keyValueHeadCount: 2,
        feedForwardSize: 20))
    _ = other
    let small = Network(shape, learning: .nothing, positions: 8, longest: 8)
    small.initialize(seed: 1)
    try ModelFolder.write(
      small, tokens: .init(bos: nil, eos: []), encoding: .float32, to: folder.path("small"))
    #expect(throws: FileError.self) {
      _ = try LanguageModel.load(folder.path("small") + "+" + folder.path("adapter"))
    }
  }

  @Test func aCheckpointHoldsTheWholeState() throws {
    let folder = try TemporaryFolder()
    var plan = TrainingPlan()
    plan.schedule.steps = 9
    plan.batch = 2
    plan.validateEvery = 2
    func trainer() throws -> Trainer {
      try Trainer(
        SmallNetworks.network("llama"), plan,
        sets: [.init(SmallNetworks.documents, Objective(.crossEntropy))],
        validation: [.init(SmallNetworks.documents, Objective(.crossEntropy))])
    }
    let (whole, broken, resumed) = (try trainer(), try trainer(), try trainer())
    while !whole.isDone { _ = try whole.step() }
    for _ in 0..<5 { _ = try broken.step() }
    try Checkpoint.write(broken, digest: "one", to: folder.path("state"))
    try Checkpoint.read(into: resumed, digest: "one", from: folder.path("state"))
    #expect(resumed.steps == 5 && resumed.best?.loss == broken.best?.loss && resumed.best != nil)
    while !resumed.isDone { _ = try resumed.step() }
    #expect(Array(whole.network.values.values) == Array(resumed.network.values.values))
    #expect(throws: FileError.self) {
      try Checkpoint.read(into: resumed, digest: "two", from: folder.path("state"))
    }
    try folder.write("cut", bytes: Array(try readFile(folder.path("state")).dropLast(3)))
    #expect(throws: FileError.self) {
      try Checkpoint.read(into: resumed, digest: "one", from: folder.path("cut"))
    }
  }

  /// Halves and brain floats are rounded to the nearest, ties to even.
  @Test func encodings() {
    let cases: [(Float, UInt16, UInt16)] = [
      (0, 0, 0), (-0.0, 0x8000, 0x8000), (1, 0x3C00, 0x3F80), (-2.5, 0xC100, 0xC020),
      (65504, 0x7BFF, 0x4780), (65519, 0x7BFF, 0x4780), (65520, 0x7C00, 0x4780), (1e9, 0x7C00, 0x4E6E),
      (.infinity, 0x7C00, 0x7F80), (0x1p-24, 0x0001, 0x3380), (0x1p-25, 0, 0x3300),
      (0x1.8p-25, 0x0001, 0x3340),
      (0x1p-14, 0x0400, 0x3880), (0x1.ffep-15, 0x0400, 0x3880), (1 + 0x1p-11, 0x3C00, 0x3F80),
      (1 + 0x3p-11, 0x3C02, 0x3F80), (1 + 0x1p-8, 0x3C04, 0x3F80), (1 + 0x3p-8, 0x3C0C, 0x3F82),
    ]
    for (value, half, brain) in cases {
      #expect(FloatEncoding.half(value) == half, "\(value)")
      #expect(FloatEncoding.brain(value) == brain, "\(value)")
    }
    #expect(FloatEncoding.half(.nan) & 0x7FFF > 0x7C00)
    #expect(FloatEncoding.brain(.nan) & 0x7FFF > 0x7F80)
  }

  @Test func schedules() {
    var schedule = LearningRateSchedule()
    schedule.peak = 2
    schedule.steps = 10
    schedule.warmup = 2
    #expect(schedule.rate(0) == 1 && schedule.rate(1) == 2 && schedule.rate(2) == 2)
    #expect(abs(schedule.rate(6) - 1) < 1e-12)
    schedule.kind = .linear
    schedule.flat = 0.6
    #expect(schedule.rate(5) == 2 && schedule.rate(6) == 2 && abs(schedule.rate(8) - 1) < 1e-12)
    schedule.kind = .constant
    #expect(schedule.rate(9) == 2)
  }

  @Test func recordsOfEveryShape() throws {
    let text = """
      {"text":"all of it"}
      {"prompt":"p","response":"r"}
      {"instruction":"i","input":"x","output":"o"}

      {"question":"q","answer":"a"}
      {"messages":[{"role":"system","content":"s"},{"role":"user","content":"u","name":"n"},\
      {"role":"assistant","content":"v"},\
      {"role":"user","content":"w"},{"role":"assistant","content":"z"}],"tools":[]}
      {"conversations":[{"from":"human","value":"h"},{"from":"gpt","value":"g"}]}
      """
    let wanted: [TrainingRecord.Content] = [
      .text("all of it"), .turns([.init(prompt: "p", response: "r")]),
      .conversation(
        Conversation([.init(role: "user", content: "i", input: "x"), .init(role: "assistant", content: "o")])),
      .turns([.init(prompt: "q", response: "a")]),
      .conversation(
        Conversation([
          .init(role: "system", content: "s"), .init(role: "user", content: "u", name: "n"),
          .init(role: "assistant", content: "v"), .init(role: "user", content: "w"),
          .init(role: "assistant", content: "z"),
        ])), .turns([.init(prompt: "h", response: "g")]),
    ]
    #expect(try TrainingRecord.parse(Array(text.utf8)).map(\.content) == wanted)
    for (record, reason) in [
      (#"{"messages":[{"role":"user","content":"u"}]}"#, "no message of the assistant"),
      (#"{"messages":[{"role":"user"}]}"#, "a message without a text as role or content"),
      (
        #"{"messages":[{"role":"user","content":[1]}]}"#,
        "the content of a message is a list of parts, and a text is read"
      ),
      (
        #"{"question":"a","answer":"b","perturbed_answers":["c"]}"#,
        "perturbed_answers is not read; was perturbed_answer meant?"
      ),
      (#"{"instruction":"a","inputs":"c","output":"b"}"#, "inputs is not read; was input meant?"),
      (
        #"{"instruction":"a","input":"c","context":"d","output":"b"}"#,
        "it has input and context, which differ, and one of them is asked for"
      ),
      (
        #"{"messages":[{"role":"assistant","content":"b"}],"context":"c"}"#,
        "it has messages, and a context that no message has"
      ),
      (
        #"{"messages":[{"role":"assistant","content":"a","weight":0},{"role":"assistant","content":"b","weight":1}]}"#,
        "a message has a weight other than 1 or true, and every answer is learnt"
      ),
      (
        #"{"messages":[],"tools":[{"name":"f"}]}"#, "tools are not given to a model or its template here"
      ),
      (
        #"{"prompt":"a","response":"b","documents":["c"]}"#,
        "documents are not given to a model or its template here"
      ),
      (
        #"{"text":"a","chat_template_kwargs":{"enable_thinking":false}}"#,
        "chat_template_kwargs are not given to a model or its template here"
      ),
      (
        #"{"conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"b","loss":false}]}"#,
        "a message has a loss other than 1 or true, and every answer is learnt"
      ),
      (
        #"{"messages":[{"role":"assistant","content":"b","train":false}]}"#,
        "a message has a train other than 1 or true, and every answer is learnt"
      ),
      (
        #"{"prompt":"a","response":"b","weight":0}"#,
        "its weight is not 1 or true, and every record is learnt"
      ),
      (
        #"{"messages":[{"role":"assistant","content":"b","prefix":true}]}"#,
        "prefix of a message: an answer that is begun is not gone on with here"
      ),
      (
        #"{"messages":[{"role":"user","content":"b","images":["c"]}]}"#,
        "images of a message is not given to a template"
      ),
      (
        #"{"prompt":"a","response":"b","text":"c"}"#,
        "it has a prompt and a text that does not hold its response"
      ),
      (
        #"{"messages":[{"role":"assistant","content":"","tool_calls":[{}]}]}"#,
        "tool_calls of a message is not given to a template"
      ),
    ] {
      #expect(throws: RecordError.malformed(line: 1, reason: reason)) {
        try TrainingRecord.parse(Array(record.utf8))
      }
    }
    let repeated =
      #"{"instruction":"a","input":"","output":"b","text":"Ask: a. Say: b.","weight":1,"loss":true,"images":[]}"#
    #expect(
      try TrainingRecord.parse(Array(repeated.utf8)).map(\.content) == [
        .turns([.init(prompt: "a", response: "b")])
      ])
    #expect(throws: RecordError.malformed(line: 2, reason: "it has a prompt and no response")) {
      try TrainingRecord.parse(Array("{\"text\":\"a\"}\n{\"prompt\":\"b\"}".utf8))
    }
  }
}
