public import CMCTraining

/// What has become of a training.
public enum TrainingOutcome: Sendable {
  /// It is done and its folder is written.
  case finished(TrainingReport)
  /// It was done before, with the same settings: what the folder's report says.
  case complete(report: [UInt8])
  /// It was cancelled behind a step; the folder has a checkpoint to go on from.
  case interrupted(step: Int)
}

/// A step of a training that goes on.
public struct TrainingProgress: Sendable {
  /// What the step did.
  public let record: StepRecord
  /// The steps of the plan.
  public let total: Int
  /// How fast it is, since it was begun or taken up again.
  public let tokensPerSecond: Int
}
