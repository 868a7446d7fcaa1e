internal import CMCPrimitives
public import CMCTraining

/// How long a training goes on, in which steps, and how often it looks up.
public struct TrainingSchedule: Sendable {
  /// How often the data are learnt; of no account where ``steps`` says how long.
  public var epochs = 3.0
  /// Steps of the optimiser.
  public var steps: Int?
  /// Documents a step.
  public var batch = 32
  /// The highest learning rate; nil for what suits the learner.
  public var learningRate: Double?
  /// How the rate goes on after the warm-up.
  public var kind = LearningRateSchedule.Kind.cosine
  /// Steps of warm-up, or below 1 their share of all steps.
  public var warmup = 0.03
  /// For `linear`, the share of steps before the rate falls.
  public var flat = 0.6
  /// AdamW's factors, weight decay and the largest norm of a gradient.
  public var optimizer = Self.optimizer
  /// Decides first values and the order of the data.
  public var seed: UInt64 = 1
  /// Steps between validations.
  public var validateEvery = 100
  /// Validations without a better loss after which training ends; 0 for never.
  public var patience = 0
  /// Steps between checkpoints.
  public var checkpointEvery = 200

  /// Three epochs by a cosine.
  public init() {}

  /// Models here are small and data few: less decay than the optimiser's own.
  private static var optimizer: AdamWSettings {
    var settings = AdamWSettings()
    settings.weightDecay = 0.01
    return settings
  }

  /// The plan for a number of documents.
  ///
  /// - Parameters:
  ///   - rate: The learning rate where none is given.
  ///   - validates: Whether there is anything to validate with.
  func plan(documents: Int, rate: Double, validates: Bool) -> TrainingPlan {
    var plan = TrainingPlan()
    let steps = steps ?? max(1, Int(saturating: (epochs * Double(documents) / Double(batch)).rounded(.up)))
    plan.schedule.kind = kind
    plan.schedule.peak = learningRate ?? rate
    plan.schedule.steps = steps
    plan.schedule.warmup = min(
      steps, warmup < 1 ? Int(saturating: (warmup * Double(steps)).rounded(.up)) : Int(saturating: warmup))
    plan.schedule.flat = kind == .linear ? flat : 0
    plan.optimizer = optimizer
    plan.batch = batch
    plan.seed = seed
    plan.validateEvery = validates ? validateEvery : 0
    plan.patience = patience
    plan.checkpointEvery = checkpointEvery
    return plan
  }
}
