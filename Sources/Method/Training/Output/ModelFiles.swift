internal import CMCLanguageModel
internal import CMCModelFiles
internal import CMCPrimitives

/// The files beside the weights of the model that training begins with, which the result keeps.
package struct ModelFiles: Sendable {
  /// Its `config.json`; nil where it has none.
  package let configuration: String?
  /// Its `generation_config.json`; nil where it has none.
  package let generation: String?

  /// The files of a model of the hub; none of another.
  ///
  /// - Throws: `FileError`, `WeightsLocationError`, `ModelLocationError`.
  package init(model argument: String) throws {
    let location = try WeightsLocation.resolve(LanguageModel.splitArgument(argument).model)
    switch location.kind {
    case .safetensors(let path), .safetensorsIndex(let path), .pyTorch(let path), .pyTorchIndex(let path):
      configuration = path
      let beside = joinPath(parentPath(path), "generation_config.json")
      generation = PathKind(beside) == .file ? beside : nil
    case .gguf, .rwkv, .llama2c: (configuration, generation) = (nil, nil)
    }
  }

  /// Those beside a tokenizer, for a model of first values or one that has none: how to generate, where it is said.
  ///
  /// - Throws: `FileError`, `ModelLocationError`.
  package init(tokenizer argument: String) throws {
    let location = try ModelLocation.resolve(argument)
    configuration = nil
    generation = location.ownsDirectory ? location.sibling("generation_config.json") : nil
  }

  /// Copies what says how to generate.
  ///
  /// - Throws: `FileError`.
  package func copyGeneration(to folder: String) throws {
    guard let generation else { return }
    let target = joinPath(folder, "generation_config.json")
    guard target != generation else { return }
    try AtomicFile.write(try readFile(generation), to: target)
  }
}
