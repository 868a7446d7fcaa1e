import CMCLanguageModel
import CMCPrimitives
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
