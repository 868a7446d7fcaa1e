import CMCLanguageModel
import CMCLinearAlgebra
import CMCPrimitives
import TestSupport
import Testing

/// GGUF files of families whose golden checkpoints have what such files cannot say: held against the hub's files with
/// what llama.cpp has in its place.
@Suite struct GGUFFamiliesTests {
  private static let tanh = ("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"gelu_pytorch_tanh\"")

  /// The checkpoint, what its `config.json` says instead, and keys that the GGUF file then has not.
  static let cases: [(name: String, changes: [(String, String)], without: [String])] = [
    ("gpt_neox", [tanh], []),
    (
      "gpt_neox-sequential",
      [("\"hidden_act\": \"relu\"", "\"hidden_act\": \"gelu_pytorch_tanh\"")], []
    ),
    // Of DeepSeek-V2 a group counts by its best expert, in llama.cpp by two.
    (
      "deepseek_v2", [("\"topk_method\": \"group_limited_greedy\"", "\"topk_method\": \"greedy\"")],
      ["expert_group_count", "expert_group_used_count"]
    ),
    // llama.cpp takes both scales for one.
    ("deepseek_v3", [("\"mscale\": 0.5", "\"mscale\": 0.8")], []),
  ]

  @Test(arguments: cases.indices) func theSameWeightsGiveTheSame(_ index: Int) throws {
    let (name, changes, without) = Self.cases[index]
    let golden = GoldenCheckpoint(name: name)
    let folder = try TemporaryFolder()
    var json = String(decoding: try readFile(golden.folder + "/config.json"), as: UTF8.self)
    for (from, to) in changes {
      try #require(json.contains(from))
      json = json.replacing(from, with: to)
    }
    try folder.write("config.json", json)
    try folder.write("model.safetensors", bytes: try readFile(golden.folder + "/model.safetensors"))
    let hub = try LanguageModel.load(folder.path)
    let file = try load(name) { file in
      for key in without { file.entries.removeAll { $0.key == "deepseek2.\(key)" } }
    }
    for (ids, _) in try golden.prompts() {
      let wanted = try allLogits(LanguageModelSession(hub), ids)
      #expect(largestDifference(try allLogits(LanguageModelSession(file), ids), wanted) <= 1e-5)
    }
  }

  private func load(
    _ name: String, _ change: (inout GGUFConversion) -> Void = { _ in }
  ) throws -> LanguageModel {
    var file = try GGUFConversion(GoldenCheckpoint(name: name))
    change(&file)
    let (path, folder) = try file.write()
    defer { withExtendedLifetime(folder) {} }
    return try LanguageModel.load(path)
  }

  private func expectRefusal(
    _ name: String, _ part: String, _ change: (inout GGUFConversion) -> Void
  ) {
    let error = #expect(throws: FileError.self) { _ = try load(name, change) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  // MARK: DeepSeek

  /// Files were written with one tensor for keys and values before llama.cpp multiplied queries by the one of keys.
  @Test func theOlderFormOfLatentAttentionIsTheSame() throws {
    let newer = try load("deepseek_v3")
    let older = try load("deepseek_v3") { file in
      for (key, value): (String, UInt32) in [("head_count_kv", 4), ("key_length", 12), ("value_length", 8)] {
        file.set("deepseek2.attention.\(key)", .integer(value))
      }
      file.entries.removeAll { $0.key.hasSuffix("_mla") }
      for layer in 0..<2 { join(&file, layer) }
    }
    #expect(older.configuration == newer.configuration)
    let ids: [Int32] = [1, 7, 9, 30, 2]
    let wanted = try allLogits(LanguageModelSession(newer), ids)
    #expect(try allLogits(LanguageModelSession(older), ids) == wanted)
  }

  private func join(_ file: inout GGUFConversion, _ layer: Int) {
    let names = ["attn_k_b", "attn_v_b"].map { "blk.\(layer).\($0).weight" }
    let parts = names.compactMap { name in file.tensors.first { $0.name == name } }
    guard parts.count == 2 else { return }
    let (heads, rank, plain, value) = (4, 12, 8, 8)
    var values: [Float] = []
    for head in 0..<heads {
      for row in 0..<plain {
        values += (0..<rank).map { parts[0].values[(head * rank + $0) * plain + row] }
      }
      values += parts[1].values[head * value * rank..<(head + 1) * value * rank]
    }
    file.tensors.removeAll { names.contains($0.name) }
    file.tensors.append(
      GGUFConversion.Tensor(
        name: "blk.\(layer).attn_kv_b.weight", shape: [heads * (plain + value), rank], values: values))
  }

  @Test func whatIsSaidOfExpertsIsCarriedOut() throws {
    let second = try load("deepseek_v2")
    let mixture = try #require(second.configuration.mixture)
    #expect(mixture.scores == .softmax && !mixture.normalizes && !mixture.hasCorrection)
    let groups = try #require(mixture.groups)
    #expect(groups.count == 3 && groups.chosen == 2 && groups.best == 2)
    #expect(mixture.sharedSize == 32 && mixture.denseLayers == [0])
    #expect(second.notes.contains { $0.contains("a group counts by its two best experts") })
    let third = try load("deepseek_v3")
    let other = try #require(third.configuration.mixture)
    #expect(other.scores == .sigmoid && other.normalizes && other.hasCorrection)
    #expect(!third.notes.contains { $0.contains("expert_group_count") })
    #expect(
      try load("deepseek_v3") { $0.set("deepseek2.expert_gating_func", .integer(1)) }
        .configuration.mixture?.scores == .softmax)
    #expect(
      try load("deepseek_v2") { $0.set("deepseek2.expert_weights_norm", .truth(true)) }
        .configuration.mixture?.normalizes == true)
  }

  /// llama.cpp has one ε for all norms.
  @Test func shortVectorsHaveTheEpsilonOfOtherNorms() throws {
    let key = "deepseek2.attention.layer_norm_rms_epsilon"
    #expect(try load("deepseek_v3") { $0.set(key, .number(0.25)) }.configuration.latent?.epsilon == 0.25)
  }

  /// With a scale the turned part has none; without one both have it, as in llama.cpp.
  @Test func yarnOfLatentAttentionIsLlamaCpps() throws {
    let plain = 1 / Float(12).squareRoot()
    let factor = 1 + 0.1 * Float(1.386294361)
    for (scale, turned, scores): (Float, Float, Float) in [
      (0.08, 1, 1 + 0.08 * 1.386294361), (0, factor, factor),
    ] {
      let c = try load("deepseek_v3") {
        $0.set("deepseek2.rope.scaling.yarn_log_multiplier", .number(scale))
      }.configuration
      guard case .rotary(.interleaved, let global, _) = c.positions else {
        Issue.record("pairs do not lie side by side")
        return
      }
      #expect(abs(global.attentionFactor - turned) < 1e-6)
      #expect(abs(c.attentionScale - plain * scores * scores) < 1e-6)
    }
  }

  @Test func queriesOfDeepSeekGrowWhereTheFileSaysSo() throws {
    #expect(try load("deepseek_v3").configuration.queryGrowth == nil)
    let c = try load("deepseek_v3") {
      $0.set("deepseek2.attention.temperature_scale", .number(0.5))
      $0.set("deepseek2.attention.temperature_length", .integer(8))
    }.configuration
    #expect(c.queryGrowth?.factor == 0.5 && c.queryGrowth?.context == 8)
  }

  static let refusals: [(key: String, value: GGUFConversion.Entry, part: String)] = [
    ("attention.head_count_kv", .integer(4), "deepseek2.attention.head_count_kv of 4"),
    ("attention.key_length", .integer(12), "deepseek2.attention.key_length of 12"),
    ("attention.value_length", .integer(8), "deepseek2.attention.value_length of 8"),
    ("attention.value_length_mla", .integer(0), "value_length_mla is 0"),
    ("attention.kv_lora_rank", .integer(0), "deepseek2.attention.key_length of 16"),
    ("expert_gating_func", .integer(3), "deepseek2.expert_gating_func of 3"),
    ("expert_group_count", .integer(3), "in 3 groups cannot be chosen"),
    ("expert_weights_norm", .integer(1), "deepseek2.expert_weights_norm"),
    ("rope.scaling.type", .text("linear"), "latent attention with rotary scaling linear"),
    ("nextn_predict_layers", .integer(1), "nextn_predict_layers"),
    ("rope.dimension_count", .integer(12), "latent attention"),
  ]

  @Test(arguments: refusals.indices) func whatCannotBeOfLatentAttentionIsRefused(_ index: Int) {
    let (key, value, part) = Self.refusals[index]
    expectRefusal("deepseek_v3", part) { $0.set("deepseek2.\(key)", value) }
  }

  /// Keys that only some families have.
  @Test(arguments: [
    "leading_dense_block_count", "expert_group_count", "attention.kv_lora_rank", "attention.key_length_mla",
    "attention.temperature_scale", "rope.scaling.yarn_log_multiplier",
  ]) func theirKeysAreRefusedOfOthers(_ key: String) {
    expectRefusal("mixtral", key) { $0.set("llama.\(key)", .integer(2)) }
  }

  // MARK: EXAONE 4

  /// llama.cpp tells models with a window by their 64 layers; one that others' files name is carried out with a note.
  @Test func layersOfEXAONE4WithoutAWindowAreNotTurned() throws {
    let key = "exaone4.attention.sliding_window"
    let stated = try load("exaone4")
    #expect(stated.configuration.windows == [6, nil] && stated.configuration.unturnedLayers == [1])
    #expect(stated.notes.contains { $0.contains("llama.cpp does not read of exaone4 with 2 layers") })
    let none = try load("exaone4") { file in file.entries.removeAll { $0.key.hasPrefix(key) } }
    #expect(none.configuration.windows == [nil, nil] && none.configuration.unturnedLayers == [])
    let large = try load("exaone4") { file in
      file.entries.removeAll { $0.key.hasPrefix(key) }
      file.set("exaone4.block_count", .integer(64))
      let layers = file.tensors.filter { $0.name.hasPrefix("blk.0.") }
      file.tensors.removeAll { $0.name.hasPrefix("blk.") }
      for layer in 0..<64 {
        file.tensors += layers.map { tensor in
          var copy = tensor
          copy.name = tensor.name.replacing("blk.0.", with: "blk.\(layer).")
          return copy
        }
      }
    }
    #expect(large.configuration.windows == (0..<64).map { $0 % 4 == 3 ? nil : 4096 })
    #expect(large.configuration.unturnedLayers == Set((0..<64).filter { $0 % 4 == 3 }))
    #expect(!large.notes.contains { $0.contains("sliding_window") })
  }

  // MARK: GPT-NeoX and Ministral 3

  @Test func whetherBothPartsReadTheSameIsSaid() throws {
    #expect(try load("gpt_neox").configuration.arrangement == .parallel(sharesNorm: false))
    #expect(try load("gpt_neox-sequential").configuration.arrangement == .sequential)
    expectRefusal("gpt_neox", "gptneox.use_parallel_residual") { file in
      file.entries.removeAll { $0.key == "gptneox.use_parallel_residual" }
    }
  }

  @Test func queriesOfMinistral3GrowByYarnsContext() throws {
    let growth = try load("ministral3").configuration.queryGrowth
    #expect(growth?.factor == Double(Float(0.3)) && growth?.context == 8)
    let plain = try load("ministral3") { file in
      file.entries.removeAll { $0.key == "mistral3.attention.temperature_scale" }
    }
    #expect(plain.configuration.queryGrowth == nil)
    expectRefusal("ministral3", "mistral3 with a mixture of 4 experts") {
      $0.set("mistral3.expert_count", .integer(4))
    }
  }

  /// llama.cpp takes 1 for the scale of the turned part, beside the one of all elements.
  @Test func yarnOfMinistral3IsARatio() throws {
    for (scale, wanted): (Float, Float) in [(1, 1), (0, 1.1386294), (0.5, 1.1386294 / 1.0693147)] {
      let c = try load("ministral3") {
        $0.set("mistral3.rope.scaling.yarn_log_multiplier", .number(scale))
      }.configuration
      guard case .rotary(_, let global, _) = c.positions else {
        Issue.record("nothing is turned")
        return
      }
      #expect(abs(global.attentionFactor - wanted) < 1e-6)
    }
  }
}
