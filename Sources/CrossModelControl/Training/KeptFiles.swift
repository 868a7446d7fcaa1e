internal import CMCControlledDecoding
internal import CMCPrimitives
internal import CMCTraining
internal import CMCVocabulary

/// What a result has of the files of the model that training begins with; of the tokenizer's, where that has none to keep.
struct KeptFiles {
  /// The files.
  let files: ModelFiles
  /// The special tokens that `config.json` states.
  let tokens: SpecialTokens
  /// Where generation stops by the result's files; nil where they leave it to the class.
  let ends: [Int]?

  /// Looks for the files.
  ///
  /// - Throws: `FileError`, `WeightsLocationError`, `ModelLocationError`.
  init(_ configuration: TrainingConfiguration, _ models: TrainingModels) throws {
    let start: String? =
      switch configuration.learner {
      case .delta(let delta): delta.start.model
      case .adapter(let adapter): adapter.base
      case .full(let start): start.model
      }
    let own = try start.map { try ModelFiles(model: $0) }
    if let own, let path = own.configuration {
      files = own
      tokens = try SpecialTokens(file: path)
    } else {
      files = try ModelFiles(tokenizer: models.tokenizerPath)
      tokens = Self.tokens(models)
    }
    ends = try files.generation.flatMap { try SpecialTokens(file: $0).ends } ?? tokens.ends
  }

  /// Those of the tokenizer: where generation stops by all that its files say.
  private static func tokens(_ models: TrainingModels) -> SpecialTokens {
    let description = models.tokenizer.description
    let vocabulary = description.vocabulary
    let stops = StopRules.endTokens(description)
    var ends: [Int32] = []
    for id in vocabulary.ids(of: .eos) + vocabulary.ids(of: .endOfTurn) + stops.sorted()
    where stops.contains(id) && !ends.contains(id) {
      ends.append(id)
    }
    return SpecialTokens(
      bos: vocabulary.ids(of: .bos).first, eos: ends, pad: vocabulary.ids(of: .pad).first)
  }

  /// A line where answers are learnt to end with a token at which the result's files do not stop; else nil.
  ///
  /// - Parameters:
  ///   - end: What ends an answer.
  ///   - documents: What is learnt.
  ///   - vocabulary: The tokens.
  func note(end: Int32?, documents: [Document], _ vocabulary: Vocabulary) -> String? {
    guard let end, let ends, !ends.contains(Int(end)), documents.contains(where: { $0.ids.last == end })
    else {
      return nil
    }
    let name = oneLine(String(decoding: vocabulary.canonical[Int(end)], as: UTF8.self))
    let stated = ends.isEmpty ? "none" : ends.map(String.init).joined(separator: ", ")
    return
      "answers are learnt to end with \(name) (id \(end)), which is not in eos_token_id (\(stated)) of the model it begins "
      + "with: the result keeps that, and generation does not stop there unless it is added"
  }
}
