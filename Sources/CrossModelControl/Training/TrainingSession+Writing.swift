internal import CMCTokenization
internal import CMCTraining
internal import CMCVocabulary

extension TrainingSession {
  /// Writes what was learnt: an adapter alone, or a model with its tokenizer, and the GGUF file where it is wanted.
  func writeModel() throws {
    let network = trainer.network
    if case .adapter(let adapter) = configuration.learner {
      guard adapter.isMerged else {
        return try AdapterFolder.write(network, base: adapter.base, to: folder.path)
      }
      network.mergeAdapters()
    }
    let (bos, eos) = textEnds
    try ModelFolder.write(
      network, bos: bos, eos: eos, encoding: configuration.output.encoding, to: folder.path)
    try TokenizerFiles.copy(models.tokenizerPath, to: folder.path)
    guard configuration.output.writesGGUF else { return }
    let name = folder.path.split(separator: "/").last.map(String.init) ?? "model"
    try GGUFModel.write(
      network, name: name, tokenizer: models.tokenizer.description, from: models.tokenizerPath,
      to: folder.path + "/model.gguf")
  }

  /// The ids that begin and end a text; whatever ends a turn ends a generated text too.
  private var textEnds: (bos: Int32?, eos: [Int32]) {
    let vocabulary = models.tokenizer.description.vocabulary
    var eos = vocabulary.ids(of: .eos)
    for id in vocabulary.ids(of: .endOfTurn) where !eos.contains(id) { eos.append(id) }
    return (vocabulary.ids(of: .bos).first, eos)
  }
}
