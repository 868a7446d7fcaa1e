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
