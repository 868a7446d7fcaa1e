internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCTokenizerFormats
internal import CMCTraining
internal import CMCVocabulary

/// The models and the tokenizer of a training, loaded and checked against each other.
struct TrainingModels {
  let tokenizer: Tokenizer
  /// Where the tokenizer was read from; its files go to the result.
  let tokenizerPath: String
  /// What parameters begin with; nil for first values.
  let start: LanguageModel?
  /// The model beside which a delta model learns.
  let template: LanguageModel?
  /// The template after tuning.
  let tuned: LanguageModel?
  let shape: NetworkShape
  let learning: Network.Learning
  /// The most tokens that all models take.
  let context: Int
  /// The learning rate that suits the learner.
  let rate: Double

  /// A model, whose notes the observer hears.
  private static func load(_ path: String, _ observer: RunObserver) throws -> LanguageModel {
    let model = try LanguageModel.load(path)
    observer.hear(model.notes, of: model.name, at: model.path)
    return model
  }

  /// Loads what a configuration names.
  ///
  /// - Throws: Errors that name the file; `TrainingError.mismatch` for models of different vocabularies.
  init(_ configuration: TrainingConfiguration, _ observer: RunObserver) throws {
    let named = configuration.tokenizer
    tuned = try configuration.objective.tuned.map { try Self.load($0, observer) }
    switch configuration.learner {
    case .delta(let delta):
      let template = try Self.load(delta.template, observer)
      self.template = template
      (tokenizer, tokenizerPath) = try Self.tokenizer(named ?? delta.template, observer)
      start = try delta.start.model.map { try Self.load($0, observer) }
      if let start, let path = delta.start.model {
        try Self.checkVocabulary(start, path, tokenizer, template, observer)
      }
      shape = try Self.shape(start, delta.start, vocabulary: template.logitsWidth)
      learning = .all
      context = min(template.configuration.contextLength, shape.configuration.contextLength)
      rate = 2e-4
    case .adapter(let adapter):
      let model = try Self.load(adapter.base, observer)
      (tokenizer, tokenizerPath) = try Self.tokenizer(named ?? adapter.base, observer)
      (start, template) = (model, nil)
      shape = try NetworkShape(model.configuration, rows: model.logitsWidth)
      learning = .adapters(rank: adapter.rank, alpha: adapter.alpha)
      context = model.configuration.contextLength
      rate = 1e-3
    case .full(let begin):
      start = try begin.model.map { try Self.load($0, observer) }
      template = nil
      guard let path = named ?? begin.model else {
        throw TrainingError.mismatch("a model of first values needs a tokenizer")
      }
      (tokenizer, tokenizerPath) = try Self.tokenizer(path, observer)
      shape = try Self.shape(start, begin, vocabulary: tokenizer.description.vocabulary.idLimit)
      learning = .all
      context = shape.configuration.contextLength
      rate = start == nil ? 1e-3 : 2e-4
    }
    if tuned != nil, template == nil {
      throw TrainingError.unsupported("a model that learns beside no template, with a template after tuning,")
    }
  }

  /// The tokenizer of an argument; an adapter has none of its own.
  private static func tokenizer(
    _ argument: String, _ observer: RunObserver
  ) throws -> (tokenizer: Tokenizer, path: String) {
    let path = LanguageModel.splitArgument(argument).model
    let description = try TokenizerLoader.load(path)
    observer.hear(description)
    return (try withFile(path) { try Tokenizer(description) }, path)
  }

  private static func shape(
    _ model: LanguageModel?, _ start: TrainingConfiguration.Start, vocabulary: Int
  ) throws -> NetworkShape {
    if let model { return try NetworkShape(model.configuration, rows: model.logitsWidth) }
    guard case .shape(let size, let context) = start else {
      throw TrainingError.mismatch("there is neither a model nor a shape to begin with")
    }
    return try NetworkShape(try size.configuration(vocabulary: vocabulary, context: context))
  }

  /// The vocabularies must be one: by fingerprint where the small model has a tokenizer, else by size.
  private static func checkVocabulary(
    _ start: LanguageModel, _ path: String, _ tokenizer: Tokenizer, _ template: LanguageModel,
    _ observer: RunObserver
  ) throws {
    if start.logitsWidth > template.logitsWidth {
      throw TrainingError.mismatch(
        "\(start.name) has \(start.logitsWidth) logits, the template has \(template.logitsWidth): another vocabulary"
      )
    }
    guard let own = try? Self.tokenizer(path, observer).tokenizer else {
      observer.note("\(start.name) has no tokenizer of its own; its vocabulary is taken to be the template's")
      return
    }
    guard own.description.vocabulary.fingerprint == tokenizer.description.vocabulary.fingerprint else {
      throw TrainingError.mismatch("\(start.name) and \(template.name) have different vocabularies")
    }
  }
}
