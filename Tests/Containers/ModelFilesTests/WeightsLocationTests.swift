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
    try folder.write("other.safetensors", bytes: safetensors)
    let configuration = folder.path("config.json")
    var found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("other.safetensors"))
    #expect(found.kind == .safetensors(configuration: configuration))
    try folder.write("model.safetensors", bytes: safetensors)
    found = try WeightsLocation.resolve(folder.path)
    #expect(found.path == folder.path("model.safetensors"))
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
    try expectError(try folder.write("a.bin", bytes: [0x80, 2, 0x7D, 0x71]), "pickle")
    try expectError(folder.path, "safetensors")
    try expectError(try folder.write("tokenizer.json", "{\"model\": {}}"), "tokenizer.json")
    try expectError(try folder.write("b.safetensors", bytes: safetensors), "config.json")
    try folder.write("config.json", "{}")
    try folder.write("c.safetensors", bytes: safetensors)
    try expectError(folder.path, "several")
  }
}
