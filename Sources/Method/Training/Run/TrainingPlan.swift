/// How a network is trained.
public struct TrainingPlan: Sendable, Equatable, Codable {
  /// The learning rates; also the number of steps.
  public var schedule = LearningRateSchedule()
  /// How gradients become changes.
  public var optimizer = AdamWSettings()
  /// Documents a step, of each set.
  public var batch = 32
  /// Decides the order of documents.
  public var seed: UInt64 = 1
  /// Steps between looks at the validation documents; 0 for none.
  public var validateEvery = 0
  /// The looks without a better loss after which training ends; 0 for no such end.
  public var patience = 0
  /// Steps between checkpoints; 0 for none.
  public var checkpointEvery = 0

  /// One step of 32 documents: the number of steps is what a caller has to say.
  public init() {}
}

/// What one step did.
public struct StepRecord: Sendable, Equatable, Codable {
  /// The step, from 1.
  public var step: Int
  /// The weighted sum of the sets' mean losses.
  public var loss: Double
  /// The mean loss of each set.
  public var parts: [Double]
  /// The share of targets that win.
  public var accuracy: Double
  /// The norm of the gradient before clipping.
  public var norm: Double
  /// The learning rate.
  public var rate: Double
  /// Tokens of the step's documents.
  public var tokens: Int
  /// Targets among them.
  public var targets: Int
  /// How long it took; 0 in what is compared.
  public var seconds: Double
  /// The mean loss of the validation documents, where this step looked at them.
  public var validationLoss: Double?
  /// The share of their targets that win.
  public var validationAccuracy: Double?
}
