import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// Files of GGUF that say less than files of the hub do.
@Suite struct UnsaidInGGUFTests {
  /// No key says it; llama.cpp has it in its code.
  @Test func everyFourthLayerOfSmolLM3IsNotTurned() throws {
    var file = try GGUFConversion(GoldenCheckpoint(name: "llama"))
    file.entries = file.entries.map { ($0.key.replacing("llama.", with: "smollm3."), $0.value) }
    file.set("general.architecture", .text("smollm3"))
    file.set("smollm3.block_count", .integer(4))
    file.tensors += file.tensors.filter { $0.name.hasPrefix("blk.") }.map { tensor in
      var copy = tensor
      copy.name = tensor.name.replacing("blk.1", with: "blk.3").replacing("blk.0", with: "blk.2")
      return copy
    }
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    #expect(try LanguageModel.load(path).configuration.unturnedLayers == [3])
  }

  /// OLMo 3's files are OLMo 2's with a window: on three of four layers, which are turned without the scaling.
  @Test func layersWithAWindowOfOLMo3AreTurnedPlainly() throws {
    var file = try GGUFConversion(GoldenCheckpoint(name: "olmo2"))
    #expect(try windows(file) == [nil, nil])
    // As Phi-4's files say it, too.
    file.set("olmo2.attention.sliding_window", .integer(0))
    #expect(try windows(file) == [nil, nil])
    for (key, value): (String, GGUFConversion.Entry) in [
      ("attention.sliding_window", .integer(5)), ("rope.freq_base", .number(700)),
      ("rope.scaling.type", .text("yarn")), ("rope.scaling.factor", .number(4)),
      ("rope.scaling.original_context_length", .integer(8)),
      ("rope.scaling.yarn_attn_factor", .number(1.1386294)),
    ] { file.set("olmo2.\(key)", value) }
    #expect(try windows(file) == [5, 5])
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    guard case .rotary(_, let global, let local) = try LanguageModel.load(path).configuration.positions else {
      Issue.record("nothing is turned")
      return
    }
    #expect(local == RotaryEmbedding(base: 700))
    #expect(global.base == 700 && global.scaling != .none)
    // What llama.cpp would not compute is refused.
    file.set("olmo2.rope.scaling.yarn_attn_factor", .number(1.3))
    let other = try file.write()
    defer { withExtendedLifetime(other.folder) {} }
    let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(other.path) }
    #expect(error?.description.contains("yarn_attn_factor") == true)
  }

  private func windows(_ file: GGUFConversion) throws -> [Int?] {
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    return try LanguageModel.load(path).configuration.windows
  }

  /// Granite 4's files say it by the heads of keys and values, and by a key whether positions are turned.
  @Test func layersOfGranite4WithoutHeadsHaveAState() throws {
    let base = try GGUFConversion(GoldenCheckpoint(name: "granitemoehybrid"))
    func load(_ key: String, _ value: GGUFConversion.Entry) throws -> ModelConfiguration {
      var file = base
      file.set("granitehybrid.\(key)", value)
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      return try LanguageModel.load(path).configuration
    }
    let heads = "attention.head_count_kv"
    let c = try load(heads, .integers([0, 2, 0]))
    #expect(c.mixers.map { $0 == .attention } == [false, true, false] && c.positions == .unmarked)
    #expect(c.keyValueHeadCount == 2 && c.biases == [.queryKeyValue, .attentionOutput])
    #expect(try load("rope.scaling.finetuned", .truth(true)).positions != .unmarked)
    for (value, part): (GGUFConversion.Entry, String) in [
      (.integers([0, 2]), "for each layer"), (.integers([0, 2, -1]), "for each layer"),
      (.integers([1, 2, 0]), "differs between layers"), (.integers([2, 2, 0]), "blk.0.attn_q"),
      (.integers([0, 0, 0]), "blk.1.ssm_"), (.integer(2), "blk.0.attn_q"),
    ] {
      let error = #expect(throws: FileError.self) { _ = try load(heads, value) }
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
  }

  /// Options of one family mean nothing in the files of another.
  @Test(arguments: ["attention.scale", "residual_scale", "embedding_scale", "final_logit_softcapping"])
  func anOptionOfAnotherFamilyIsRefused(_ key: String) throws {
    for value in [Float(0), 0.5] {
      var file = try GGUFConversion(GoldenCheckpoint(name: "olmo2"))
      file.set("olmo2.\(key)", .number(value))
      let (path, folder) = try file.write()
      defer { withExtendedLifetime(folder) {} }
      guard value != 0 else {
        _ = try LanguageModel.load(path)
        continue
      }
      let error = #expect(throws: FileError.self) { _ = try LanguageModel.load(path) }
      #expect(error?.description.contains(key) == true)
    }
  }
}

/// gpt-oss as a GGUF file: llama.cpp has the gate's numbers in its code, and rounds the bounds of yarn.
@Suite struct GPTOSSFileTests {
  @Test func theSameWeightsGiveTheSame() throws {
    let golden = GoldenCheckpoint(name: "gpt_oss")
    let folder = try TemporaryFolder()
    var json = String(decoding: try readFile(golden.folder + "/config.json"), as: UTF8.self)
    for (from, to) in [
      ("\"swiglu_alpha\": 1.5", "\"swiglu_alpha\": 1.702"),
      ("\"swiglu_limit\": 1.1", "\"swiglu_limit\": 7.0"),
      ("\"truncate\": false", "\"truncate\": true"),
    ] {
      try #require(json.contains(from))
      json = json.replacing(from, with: to)
    }
    try folder.write("config.json", json)
    try folder.write("model.safetensors", bytes: try readFile(golden.folder + "/model.safetensors"))
    let hub = try LanguageModel.load(folder.path)
    let (path, place) = try GGUFConversion(golden).write()
    defer { withExtendedLifetime(place) {} }
    let file = try LanguageModel.load(path)
    for (ids, _) in try golden.prompts() {
      let wanted = try allLogits(LanguageModelSession(hub), ids)
      #expect(largestDifference(try allLogits(LanguageModelSession(file), ids), wanted) <= 1e-5)
    }
  }
}
