import CMCModelFiles
import CMCPrimitives
import Foundation
import TestSupport
import Testing

@Suite struct WeightsLocationTests {
  /// A file of the format without tensors.
  private let safetensors: [UInt8] = [16, 0, 0, 0, 0, 0, 0, 0] + Array("{              }".utf8)

  private func expectError(_ path: String, _ part: String, cache: HubCache = HubCache(root: "/no/such"))
    throws
  {
    let error = #expect(throws: (any Error).self) { _ = try WeightsLocation.resolve(path, cache: cache) }
    let described = try #require(error as? any DescribedError)
    #expect("\(described) \(described.hint ?? "")".contains(part), "\(described)")
  }

  @Test func aFolderGivesItsSingleFileBeforeItsIndex() throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", "{\"model_type\": \"llama\"}")
    let configuration = folder.path("config.json")
    try folder.write("other.safetensors", bytes: safetensors)
    try folder.write("model.safetensors", bytes: safetensors)
    var found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("model.safetensors"))
    #expect(found.kind == .safetensors(configuration: configuration))
    try folder.write("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"model.safetensors\"}}")
    #expect(found.note == nil)
    found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("model.safetensors"))
    #expect(found.note?.contains("model.safetensors.index.json") == true)
    #expect(try WeightsLocation.resolve(configuration).path == found.path)
    try FileManager.default.removeItem(atPath: folder.path("model.safetensors"))
    found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("model.safetensors.index.json"))
    #expect(found.kind == .safetensorsIndex(configuration: configuration))
    #expect(found.note == nil)
  }

  /// transformers: "no file named model.safetensors, or pytorch_model.bin, found in directory".
  @Test func aFileOfAnotherNameIsTakenOnlyWhereItIsNamed() throws {
    let folder = try TemporaryFolder()
    let configuration = try folder.write("config.json", "{\"model_type\": \"llama\"}")
    let path = try folder.write("x.safetensors", bytes: safetensors)
    try expectError(folder.path, "no model.safetensors")
    try expectError(folder.path, "it has x.safetensors")
    try expectError(folder.path, "name the file itself")
    try expectError(configuration, "no model.safetensors")
    #expect(try WeightsLocation.resolve(path).kind == .safetensors(configuration: configuration))
    try folder.write("model-00001-of-00002.safetensors", bytes: safetensors)
    try expectError(folder.path, "download model.safetensors.index.json")
    try folder.write("adapter_model.safetensors", bytes: safetensors)
    try expectError(folder.path, "BASE+ADAPTER")
  }

  @Test func aPickleIsTakenWhereThereIsNoSafetensors() throws {
    let folder = try TemporaryFolder()
    let configuration = try folder.write("config.json", "{\"model_type\": \"llama\"}")
    try folder.write("pytorch_model.bin.index.json", "{\"weight_map\": {\"a\": \"b.bin\"}}")
    var found = try WeightsLocation.resolve(folder.path)
    #expect(found.kind == .pyTorchIndex(configuration: configuration))
    #expect(try found.files().last == folder.path("b.bin"))
    let pickle = try folder.write("pytorch_model.bin", bytes: [0x80, 2, 0x7D, 0x71])
    found = try WeightsLocation.resolve(folder.path)
    #expect(found.kind == .pyTorch(configuration: configuration) && found.path == pickle)
    #expect(found.note != nil)
    try folder.write("model.safetensors", bytes: safetensors)
    #expect(try WeightsLocation.resolve(folder.path).kind == .safetensors(configuration: configuration))
  }

  /// RWKV's author writes no configuration; with one beside it a `.pth` is a pickle as others are.
  @Test func aFileOfTheAuthorOfRWKVStandsAlone() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x.pth", bytes: [0x80, 2, 0x7D, 0x71])
    for argument in [path, folder.path] {
      let found = try WeightsLocation.resolve(argument)
      #expect(found.kind == .rwkv && found.path == path)
      #expect(try found.files() == [path])
    }
    let other = try folder.write("y.pth", bytes: [0x80, 2, 0x7D, 0x71])
    try expectError(folder.path, "holds several models: x.pth, y.pth")
    #expect(try WeightsLocation.resolve(other).name == "y")
    let configuration = try folder.write("config.json", "{\"model_type\": \"llama\"}")
    #expect(try WeightsLocation.resolve(path).kind == .pyTorch(configuration: configuration))
    try expectError(folder.path, "holds no weights")
  }

  @Test func contentDecidesAndNotTheName() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.safetensors", "GGUF\u{3}\u{0}\u{0}\u{0}")
    #expect(try WeightsLocation.resolve(path).kind == .gguf)
  }

  @Test func theHubCacheIsSearched() throws {
    let folder = try TemporaryFolder()
    let snapshot = "models--org--name/snapshots/abc"
    try folder.write("models--org--name/refs/main", "abc")
    try folder.write("\(snapshot)/config.json", "{}")
    try folder.write("\(snapshot)/model.safetensors", bytes: safetensors)
    let found = try WeightsLocation.resolve("org/name", cache: HubCache(root: folder.path))
    #expect(found.path == folder.path("\(snapshot)/model.safetensors"))
    #expect(found.name == "name")
    try expectError("org/other", "hf download org/other", cache: HubCache(root: folder.path))
  }

  @Test func whatIsNoModelSaysWhatItIs() throws {
    let folder = try TemporaryFolder()
    try expectError(folder.path, "empty")
    try expectError("/no/such/file", "no such file")
    try expectError(try folder.write("a.bin", bytes: [0x80, 2, 0x7D, 0x71]), "config.json")
    try expectError(folder.path, "pytorch_model.bin")
    try expectError(try folder.write("tokenizer.json", "{\"model\": {}}"), "tokenizer.json")
    try expectError(try folder.write("b.safetensors", bytes: safetensors), "config.json")
    let other = try TemporaryFolder()
    try other.write("a.gguf", "GGUF\u{3}\u{0}\u{0}\u{0}")
    try other.write("b.gguf", "GGUF\u{3}\u{0}\u{0}\u{0}")
    try expectError(other.path, "several")
  }
  @Test func filesOfOneModelAreOne() throws {
    let parts = GGUFParts(name: "a-b-00002-of-00003.gguf")
    #expect(parts?.stem == "a-b" && parts?.number == 2 && parts?.count == 3)
    #expect(parts?.names == (1...3).map { "a-b-0000\($0)-of-00003.gguf" })
    for name in ["a-00004-of-00003.gguf", "a-0002-of-00003.gguf", "00001-of-00003.gguf", "a-00001-of-00002"] {
      #expect(GGUFParts(name: name) == nil)
    }
    let folder = try TemporaryFolder()
    for number in 1...3 {
      try folder.write("m-0000\(number)-of-00003.gguf", "GGUF\u{3}\u{0}\u{0}\u{0}")
    }
    let found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("m-00001-of-00003.gguf"))
    #expect(try found.files() == (1...3).map { folder.path("m-0000\($0)-of-00003.gguf") })
    try folder.write("other.gguf", "GGUF\u{3}\u{0}\u{0}\u{0}")
    try expectError(folder.path, "several")
  }
}
