import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// GGUF models in several files.
@Suite struct SplitGGUFTests {
  private func expectError(_ path: String, _ part: String) throws {
    let error = #expect(throws: (any Error).self) { _ = try LanguageModel.load(path) }
    let described = try #require(error as? any DescribedError, "\(String(describing: error))")
    #expect(described.description.contains(part), "\(described)")
  }

  @Test(arguments: ["qwen2", "mixtral"]) func theFilesAreOneModel(_ name: String) throws {
    let checkpoint = GoldenCheckpoint(name: name)
    let folder = try GGUFConversion(checkpoint).writeParts(3)
    for path in [folder.path, folder.path("model-00001-of-00003.gguf")] {
      let model = try LanguageModel.load(path)
      for (ids, expected) in try checkpoint.prompts() {
        #expect(largestDifference(try allLogits(LanguageModelSession(model), ids), expected) <= 1e-4)
      }
    }
  }

  @Test func aFileThatIsNotTheFirstIsNone() throws {
    let folder = try GGUFConversion(GoldenCheckpoint(name: "qwen2")).writeParts(2)
    try expectError(folder.path("model-00002-of-00002.gguf"), "split over 2 files")
  }

  @Test func whatLacksOrIsAnotherIsNamed() throws {
    let conversion = try GGUFConversion(GoldenCheckpoint(name: "qwen2"))
    let folder = try conversion.writeParts(3)
    let third = folder.path("model-00003-of-00003.gguf")
    try folder.write("model-00002-of-00003.gguf", bytes: try readFile(third))
    try expectError(folder.path, "split.no")
    let lacking = try TemporaryFolder()
    try lacking.write(
      "model-00001-of-00003.gguf", bytes: try readFile(folder.path("model-00001-of-00003.gguf")))
    try lacking.write("model-00003-of-00003.gguf", bytes: try readFile(third))
    try expectError(lacking.path, "model-00002-of-00003.gguf")
    var fewer = conversion
    fewer.set("split.tensors.count", .integer(1))
    fewer.set("split.count", .integer(1))
    let one = try fewer.write()
    // A single file need not say so.
    #expect(try LanguageModel.load(one.path).configuration.layerCount > 0)
  }
}
