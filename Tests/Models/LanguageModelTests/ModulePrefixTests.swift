import CMCLanguageModel
import CMCPrimitives
import TestSupport
import Testing

/// What stands before the names of layers in transformers' class for a model's files.
@Suite struct ModulePrefixTests {
  @Test(arguments: [
    ("llama", "model."), ("gemma3", "model."), ("mistral3", "model.language_model."),
    ("gemma4-wrapped", "model.language_model."),
  ])
  func aPartOfAModelHasAnother(_ name: String, _ prefix: String) throws {
    #expect(try LanguageModel.load(GoldenCheckpoint(name: name).folder).modulePrefix == prefix)
  }

  @Test func theTextPartOfGemma3Too() throws {
    let golden = GoldenCheckpoint(name: "gemma3").folder
    let folder = try TemporaryFolder()
    let text = String(decoding: try readFile(golden + "/config.json"), as: UTF8.self)
    try folder.write(
      "config.json",
      "{\"architectures\": [\"Gemma3ForConditionalGeneration\"], \"model_type\": \"gemma3\", \"text_config\": \(text)}"
    )
    try folder.write("model.safetensors", bytes: try readFile(golden + "/model.safetensors"))
    #expect(try LanguageModel.load(folder.path).modulePrefix == "model.language_model.")
  }
}
