internal import CMCLanguageModel
internal import CMCModelFiles
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCTraining
internal import CMCVocabulary

/// Where a run of training begins: a model, or a shape with first values.
struct TrainedModel {
  let network: Network
  /// The tokenizer as the user named it.
  let tokenizerPath: String
  let tokenizer: Tokenizer

  /// The tokenizer of an argument.
  static func tokenizer(_ path: String, _ common: CommonOptions) throws -> Tokenizer {
    let path = LanguageModel.splitArgument(path).model
    let description = try TokenizerLoader.load(path)
    for note in description.notes { common.note("\(description.name): \(note)") }
    return try withFile(path) { try Tokenizer(description) }
  }

  /// A network for some data.
  ///
  /// - Parameters:
  ///   - shape: The sizes.
  ///   - learning: What learns.
  ///   - longest: The most tokens of a document.
  ///   - arguments: How much goes into a pass.
  static func network(
    _ shape: NetworkShape, _ learning: Network.Learning, longest: Int, _ arguments: TrainingArguments
  ) -> Network {
    let sets = arguments.retain.isEmpty ? 1 : 2
    let positions = max(longest, min(arguments.passTokens, sets * arguments.batch * longest))
    let kept = Network.activationBytes(shape, positions: positions, isRecomputed: false)
    return Network(
      shape, learning: learning, positions: positions, longest: longest,
      isRecomputed: arguments.recompute || kept > 2 << 30,
      threads: arguments.computing.threadOptions.threads)
  }

  /// Writes the folder: the model, its tokenizer, and the GGUF file where it is wanted.
  static func write(
    _ network: Network, _ tokenizer: Tokenizer, from path: String, _ arguments: TrainingArguments
  ) throws {
    let ends = ends(tokenizer)
    let path = LanguageModel.splitArgument(path).model
    let folder = arguments.output
    try ModelFolder.write(network, bos: ends.bos, eos: ends.eos, encoding: arguments.dtype, to: folder)
    try TokenizerFiles.copy(path, to: folder)
    guard arguments.gguf else { return }
    let name = folder.split(separator: "/").last.map(String.init) ?? "model"
    try GGUFModel.write(
      network, name: name, tokenizer: tokenizer.description, from: path, to: folder + "/model.gguf")
  }

  /// The ids that begin and end a text.
  static func ends(_ tokenizer: Tokenizer) -> (bos: Int32?, eos: [Int32]) {
    let vocabulary = tokenizer.description.vocabulary
    var eos = vocabulary.ids(of: .eos)
    for id in vocabulary.ids(of: .endOfTurn) where !eos.contains(id) { eos.append(id) }
    return (vocabulary.ids(of: .bos).first, eos)
  }
}
