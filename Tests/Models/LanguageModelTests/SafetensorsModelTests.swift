import CMCLanguageModel
import CMCPrimitives
import CMCSafetensors
import TestSupport
import Testing

/// Sharded models, odd addresses, and broken indices.
@Suite struct SafetensorsModelTests {
  private func copy(_ name: String, _ change: (TemporaryFolder) throws -> Void) throws -> TemporaryFolder {
    let golden = GoldenCheckpoint(name: name).folder
    let folder = try TemporaryFolder()
    var files = ["config.json"]
    if name == "qwen2" {
      let index = String(decoding: try readFile(golden + "/model.safetensors.index.json"), as: UTF8.self)
      let shards = index.split(separator: "\"").map(String.init).filter { $0.hasSuffix(".safetensors") }
      files += ["model.safetensors.index.json"] + Set(shards)
    } else {
      files.append("model.safetensors")
    }
    for file in files { try folder.write(file, bytes: try readFile("\(golden)/\(file)")) }
    try change(folder)
    return folder
  }

  private func index(_ folder: TemporaryFolder, _ change: (String) -> String) throws {
    let name = "model.safetensors.index.json"
    try folder.write(name, change(String(decoding: try readFile(folder.path(name)), as: UTF8.self)))
  }

  private func expectError(_ folder: TemporaryFolder, _ part: String) throws {
    let error = #expect(throws: (any Error).self) { _ = try LanguageModel.load(folder.path) }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains(part), "\(described)")
    #expect(!described.description.contains("\n"))
  }

  @Test func anIndexOrAConfigurationStandsForItsFolder() throws {
    let folder = try copy("qwen2") { _ in }
    let byFolder = try LanguageModel.load(folder.path)
    for name in ["model.safetensors.index.json", "config.json"] {
      #expect(try LanguageModel.load(folder.path(name)).configuration == byFolder.configuration)
    }
  }

  @Test func aShardThatIsNotThereIsNamed() throws {
    let folder = try copy("qwen2") { folder in
      try index(folder) { $0.replacing("model-00002-of", with: "model-00009-of") }
    }
    try expectError(folder, "model-00009-of")
  }

  @Test func aTensorThatItsShardLacksIsNamed() throws {
    let folder = try copy("qwen2") { folder in
      try index(folder) { $0.replacing("layers.1.mlp.up_proj", with: "layers.7.mlp.up_proj") }
    }
    try expectError(folder, "layers.7.mlp.up_proj")
  }

  private func expectGolden(_ model: LanguageModel) throws {
    for (ids, expected) in try GoldenCheckpoint(name: "qwen2").prompts() {
      let logits = try allLogits(LanguageModelSession(model), ids)
      #expect(largestDifference(logits, expected) <= ForwardPassTests.bound)
    }
  }

  private func removingLine(_ json: String, with part: String) -> String {
    json.split(separator: "\n").filter { !$0.contains(part) }.joined(separator: "\n")
  }

  /// transformers reads all that the files have which an index names.
  @Test func aTensorThatTheIndexDoesNotNameIsRead() throws {
    let folder = try copy("qwen2") { folder in
      try index(folder) { removingLine($0, with: "layers.1.mlp.up_proj") }
    }
    let model = try LanguageModel.load(folder.path)
    let note =
      "model-00003-of-00003.safetensors has what the index of the files does not name: "
      + "model.layers.1.mlp.up_proj.weight; it is read all the same"
    #expect(model.notes.contains { $0.hasPrefix(note) }, "\(model.notes)")
    try expectGolden(model)
  }

  @Test func aHeadThatTheIndexDoesNotNameIsNoTie() throws {
    let folder = try copy("qwen2") { folder in
      try index(folder) { removingLine($0, with: "lm_head.weight") }
      let json = String(decoding: try readFile(folder.path("config.json")), as: UTF8.self)
      let tied = json.replacing("\"tie_word_embeddings\": false", with: "\"tie_word_embeddings\": true")
      try #require(tied != json)
      try folder.write("config.json", tied)
    }
    let model = try LanguageModel.load(folder.path)
    #expect(!model.configuration.tiesEmbeddings)
    #expect(model.notes.contains { $0.contains("does not name: lm_head.weight") }, "\(model.notes)")
    #expect(model.notes.contains { $0.contains("tensor lm_head.weight says no") }, "\(model.notes)")
    try expectGolden(model)
  }

  @Test func aTensorInAnotherShardIsRead() throws {
    let folder = try copy("qwen2") { folder in
      try index(folder) {
        let place = "layers.1.mlp.up_proj.weight\": \"model-0000"
        return $0.replacing(place + "3", with: place + "1")
      }
    }
    let model = try LanguageModel.load(folder.path)
    let note =
      "tensor model.layers.1.mlp.up_proj.weight is in model-00003-of-00003.safetensors, the index says "
      + "model-00001-of-00003.safetensors, which does not have it"
    #expect(model.notes.contains { $0.hasPrefix(note) }, "\(model.notes)")
    try expectGolden(model)
  }

  /// The files are read in the order of their names, and the last one counts whatever the index says.
  @Test func ofATensorInTwoShardsTheLastCounts() throws {
    let mask = "model.layers.0.self_attn.rotary_emb.inv_freq"
    func model(norm: Float) throws -> LanguageModel {
      let folder = try copy("qwen2") { folder in
        var writer = SafetensorsWriter()
        writer.add("model.norm.weight", [Float](repeating: norm, count: 48))
        writer.add(mask, [1] as [Float])
        try folder.write("model-00009-of-00009.safetensors", bytes: writer.encoded())
        try index(folder) {
          let start = "\"weight_map\": {"
          return $0.replacing(start, with: start + "\"\(mask)\": \"model-00009-of-00009.safetensors\",")
        }
      }
      return try LanguageModel.load(folder.path)
    }
    let (two, four) = (try model(norm: 2), try model(norm: 4))
    let note =
      "tensor model.norm.weight is in model-00003-of-00003.safetensors and, with other values, in "
      + "model-00009-of-00009.safetensors, the index says model-00003-of-00003.safetensors; the last is taken"
    #expect(two.notes.contains { $0.hasPrefix(note) }, "\(two.notes)")
    let ids: [Int32] = [1, 7, 9]
    let wanted = try allLogits(LanguageModelSession(two), ids).map { 2 * $0 }
    #expect(largestDifference(try allLogits(LanguageModelSession(four), ids), wanted) <= 1e-6)
  }

  @Test(arguments: ["../model.safetensors", "/etc/passwd", "..", "", "a\\u0000b"])
  func anIndexCannotLeaveItsFolder(_ name: String) throws {
    let folder = try copy("qwen2") { folder in
      try folder.write("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"\(name)\"}}")
    }
    try expectError(folder, "weight_map")
  }

  @Test(arguments: ["{}", "{\"weight_map\": {}}", "{\"weight_map\": {\"a\": 3}}", "[", ""])
  func abrokenIndexIsAnError(_ text: String) throws {
    let folder = try copy("qwen2") { try $0.write("model.safetensors.index.json", text) }
    try expectError(folder, "model.safetensors.index.json")
  }

  /// The data begin where the header ends: with another length of header at odd addresses.
  @Test(arguments: [1, 2, 3])
  func weightsAtOddAddressesAreMoved(_ shift: Int) throws {
    let checkpoint = GoldenCheckpoint(name: "llama")
    let folder = try copy("llama") { folder in
      var bytes = try readFile(folder.path("model.safetensors"))
      let length = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
      bytes.insert(contentsOf: Array(repeating: 0x20, count: shift), at: 8 + Int(length))
      withUnsafeBytes(of: length + UInt64(shift)) { bytes.replaceSubrange(0..<8, with: $0) }
      try folder.write("model.safetensors", bytes: bytes)
    }
    let model = try LanguageModel.load(folder.path)
    for (ids, expected) in try checkpoint.prompts() {
      #expect(
        largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= ForwardPassTests.bound
      )
    }
  }

  @Test func aFileCutShortIsAnError() throws {
    let bytes = try readFile(GoldenCheckpoint(name: "gpt2").folder + "/model.safetensors")
    for length in stride(from: 0, to: bytes.count, by: 4999) {
      let folder = try copy("gpt2") { try $0.write("model.safetensors", bytes: Array(bytes[..<length])) }
      try expectError(folder, "model.safetensors")
    }
  }
}
