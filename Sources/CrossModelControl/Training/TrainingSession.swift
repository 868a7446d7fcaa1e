internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCTokenization
internal import CMCTraining
internal import CMCVocabulary

/// A training: loads models and data, learns, and writes the result.
///
/// ``init(_:observer:)`` loads everything and refuses what does not fit; ``run(onStep:drawing:)`` learns. A run that was
/// cancelled or killed goes on from its last checkpoint, to the same bits as one in a single piece.
public final class TrainingSession {
  /// What decides its every bit.
  public let settings: TrainingSettings
  /// The steps of its plan.
  public var steps: Int { trainer.plan.schedule.steps }
  let configuration: TrainingConfiguration
  let observer: RunObserver
  let folder: TrainingFolder
  let models: TrainingModels
  let kept: KeptFiles
  let documents: TrainingDocuments
  let trainer: Trainer

  /// Makes the folder, loads models and data, and sets first values.
  ///
  /// - Throws: `FileError` naming the file, also for a folder that holds something else; `TrainingError` for models that
  ///   cannot be trained, cannot be written as they are, or do not fit each other.
  public init(_ configuration: TrainingConfiguration, observer: RunObserver = .silent) throws {
    self.configuration = configuration
    self.observer = observer
    try LinearAlgebraError.requireLibrary()
    folder = try TrainingFolder(configuration.output)
    models = try TrainingModels(configuration, observer)
    kept = try KeptFiles(configuration, models)
    try Self.checkOutput(configuration, models, kept)
    let template = try TemplateArgument.load(
      configuration.data.template, models.tokenizer.description, configuration.data.prompting)
    let encoder = DocumentEncoder(
      models.tokenizer, template: template, longest: min(configuration.data.maxLength, models.context),
      stops: StopRules.endTokens(models.tokenizer.description),
      learnsPrompts: configuration.data.learnsPrompts)
    documents = try TrainingDocuments(
      configuration.data, retained: configuration.objective.retained, encoder: encoder, observer)
    let note = kept.note(
      end: encoder.end, documents: documents.learnt, models.tokenizer.description.vocabulary)
    if let note { observer.note(note) }
    let network = try Self.network(models, documents, configuration)
    trainer = try Self.trainer(network, models, documents, configuration)
    settings = try TrainingSettings(
      configuration, models, documents, promptTemplate: template.contentDigest, plan: trainer.plan)
  }

  /// The network with the values that learning begins with.
  private static func network(
    _ models: TrainingModels, _ documents: TrainingDocuments, _ configuration: TrainingConfiguration
  ) throws -> Network {
    let longest = documents.longest
    let sets = configuration.objective.retained.isEmpty ? 1 : 2
    let positions = max(
      longest, min(configuration.passTokens, sets * configuration.schedule.batch * longest))
    let kept = Network.activationBytes(models.shape, positions: positions, isRecomputed: false)
    let network = Network(
      models.shape, learning: models.learning, positions: positions, longest: longest,
      isRecomputed: configuration.recomputesActivations || kept > 2 << 30,
      threads: configuration.computing.threads)
    let seed = configuration.schedule.seed
    if let start = models.start { try network.load(start) } else { network.initialize(seed: seed) }
    if case .adapters = models.learning { network.initializeAdapters(seed: seed) }
    return network
  }

  private static func trainer(
    _ network: Network, _ models: TrainingModels, _ documents: TrainingDocuments,
    _ configuration: TrainingConfiguration
  ) throws -> Trainer {
    func frozen(_ model: LanguageModel) -> FrozenModel {
      FrozenModel(
        model, precision: configuration.computing.precision, longest: documents.longest,
        threads: configuration.computing.threads)
    }
    let template = models.template.map(frozen)
    var reference: (any RowSource)?
    if let tuned = models.tuned, let template {
      reference = ShiftRows(tuned: frozen(tuned), base: template)
    } else if case .divergence = configuration.objective, template == nil {
      guard let start = models.start else {
        throw TrainingError.unsupported("a model of first values with --loss kl")
      }
      reference = frozen(start)
    }
    let validates = !documents.validation.isEmpty
    return try Trainer(
      network,
      configuration.schedule.plan(
        documents: documents.learnt.count, rate: models.rate, validates: validates),
      sets: configuration.objective.sets(documents, template: template, reference: reference),
      validation: validates
        ? [.init(documents.validation, Objective(.crossEntropy, template: template))] : [])
  }
}

extension TrainingSettings {
  /// The settings of a training whose models and data are loaded.
  fileprivate init(
    _ configuration: TrainingConfiguration, _ models: TrainingModels, _ documents: TrainingDocuments,
    promptTemplate: String, plan: TrainingPlan
  ) throws {
    var identities = IdentityReader()
    learner = configuration.learner.name
    let start: TrainingConfiguration.Start
    switch configuration.learner {
    case .delta(let delta):
      start = delta.start
      template = try WeightsIdentity(delta.template, &identities)
    case .adapter(let adapter):
      start = .model(adapter.base)
      (rank, alpha) = (adapter.rank, adapter.alpha)
    case .full(let begin): start = begin
    }
    switch start {
    case .model(let path): self.start = try WeightsIdentity(path, &identities)
    case .shape(let size, let context):
      shape = Shape(
        hidden: size.hidden, layers: size.layers, heads: size.heads, keyValueHeads: size.keyValueHeads,
        inner: size.inner, context: context)
    }
    tuned = try configuration.objective.tuned.map { try WeightsIdentity($0, &identities) }
    tokenizer = try TokenizerIdentity(models.tokenizer.description, &identities)
    self.promptTemplate = promptTemplate
    objective = configuration.objective.name
    data = try configuration.data.learnt.map { try identities.file($0) }
    retained = try configuration.objective.retained.map { try identities.file($0) }
    validation = try configuration.data.validation.map { try identities.file($0) }
    maxLength = configuration.data.maxLength
    learnsPrompts = configuration.data.learnsPrompts
    splitForValidation = configuration.data.validationSplit
    tokensOfDocuments = documents.digest
    passTokens = configuration.passTokens
    self.plan = plan
    precision = configuration.computing.precision.rawValue
  }
}
