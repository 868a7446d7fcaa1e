internal import CMCTokenization
internal import CMCTraining

extension TrainingSession {
  /// Refuses what could not be written so that it reads back as the same model: before anything is learnt.
  ///
  /// - Throws: `TrainingError.unwritable`, `FileError`.
  static func checkOutput(
    _ configuration: TrainingConfiguration, _ models: TrainingModels, _ kept: KeptFiles
  ) throws {
    if case .adapter(let adapter) = configuration.learner, !adapter.isMerged { return }
    _ = try ModelFolder.configuration(
      models.shape, tokens: kept.tokens, encoding: configuration.output.encoding)
    if configuration.output.writesGGUF {
      try GGUFModel.check(models.shape, tokenizer: models.ggufTokenizer)
    }
  }

  /// Writes what was learnt: an adapter alone, or a model with its tokenizer, and the GGUF file where it is wanted.
  func writeModel() throws {
    let network = trainer.network
    if case .adapter(let adapter) = configuration.learner {
      guard adapter.isMerged else {
        let base = models.start.map { AdapterFolder.Base($0, named: adapter.base) }
        return try AdapterFolder.write(network, base: base ?? .init(named: adapter.base), to: folder.path)
      }
      network.mergeAdapters()
    }
    try ModelFolder.write(
      network, tokens: kept.tokens, encoding: configuration.output.encoding, to: folder.path)
    try kept.files.copyGeneration(to: folder.path)
    try writeTokenizer()
    guard configuration.output.writesGGUF else { return }
    let name = folder.path.split(separator: "/").last.map(String.init) ?? "model"
    try GGUFModel.write(
      network, name: name, tokenizer: models.ggufTokenizer, to: folder.path + "/model.gguf")
  }

  /// Puts the tokenizer beside the model; a GGUF file's once, where `model.gguf` does not have it.
  private func writeTokenizer() throws {
    let isGGUF = try TokenizerFiles.isGGUF(models.tokenizerPath)
    let isInModel = isGGUF && configuration.output.writesGGUF
    if !isInModel { try TokenizerFiles.copy(models.tokenizerPath, to: folder.path) }
    guard isGGUF else { return }
    observer.note(
      "the tokenizer is that of a GGUF file, and stands in \(folder.path)/\(isInModel ? "model" : "tokenizer").gguf: "
        + "transformers needs the files of the original model's tokenizer beside config.json")
  }
}

extension TrainingModels {
  /// The tokenizer as a GGUF file has it.
  fileprivate var ggufTokenizer: GGUFModel.Tokenizer { .init(tokenizer.description, from: tokenizerPath) }
}
