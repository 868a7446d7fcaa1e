public import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCLinearAlgebra
internal import CMCPrimitives
public import CMCTraining

/// What a training leaves for people and programs: `training.json`.
public struct TrainingReport: Sendable {
  /// The folder of the result.
  public let folder: String
  /// `delta`, `lora` or `full`.
  public let kind: String
  /// The model that it began with; nil for first values.
  public let base: String?
  /// The model beside which a delta model learnt.
  public let template: String?
  /// The mode that a delta model is for.
  public let mode: ControlMode?
  /// Parameters of the whole model.
  public let parameters: Int
  /// Those of them that learnt, or those of the adapter.
  public let learningParameters: Int
  /// What was wanted of the data.
  public let objective: String
  /// How it was trained.
  public let plan: TrainingPlan
  /// How frozen models were computed.
  public let precision: String
  /// The digest of its settings.
  public let digest: String
  /// The documents learnt from.
  public let documents: Int
  /// The documents not to be unlearnt.
  public let retainedDocuments: Int
  /// The documents validated with.
  public let validationDocuments: Int
  /// The documents that were cut off.
  public let cutDocuments: Int
  /// The records of which nothing was left to learn.
  public let droppedRecords: Int
  /// The steps done, of earlier parts too.
  public let steps: Int
  /// The step that this part went on from; 0 for a run in one piece.
  public let resumedFrom: Int
  /// Whether the validation loss ended it before the plan did.
  public let endedEarly: Bool
  /// The last step, whichever part did it; nil for a run of none.
  public let last: LossLog.Line?
  /// The best validation loss, whose state is written.
  public let best: (loss: Double, step: Int)?
  /// Tokens that all parts learnt from.
  public let tokens: Int
  /// The time that all steps took, those of earlier parts too.
  public let seconds: Double
  /// Memory for the activations of a pass.
  public let activationBytes: Int
  /// The most memory that the process has had.
  public let peakMemory: Int

  /// How fast it was; 0 for a run of no steps.
  public var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }

  /// - Parameters:
  ///   - session: The training, at its end.
  ///   - resumedFrom: The step that this part went on from.
  ///   - log: All steps of the run: a part that was killed counts as any other.
  ///   - digest: That of the settings.
  init(_ session: TrainingSession, resumedFrom: Int, log: [LossLog.Line], digest: String) {
    let (configuration, trainer) = (session.configuration, session.trainer)
    let network = trainer.network
    folder = configuration.output.folder
    kind = configuration.learner.name
    switch configuration.learner {
    case .delta(let delta): (base, template, mode) = (delta.start.model, delta.template, delta.mode)
    case .adapter(let adapter): (base, template, mode) = (adapter.base, nil, nil)
    case .full(let start): (base, template, mode) = (start.model, nil, nil)
    }
    parameters = network.layout.parameterCount
    learningParameters = network.adapters?.layout.count ?? network.layout.parameterCount
    objective = configuration.objective.name
    plan = trainer.plan
    precision = configuration.computing.precision.rawValue
    self.digest = digest
    documents = session.documents.learnt.count
    retainedDocuments = session.documents.retained.count
    validationDocuments = session.documents.validation.count
    cutDocuments = session.documents.summary.cut
    droppedRecords = session.documents.summary.dropped
    steps = trainer.steps
    self.resumedFrom = resumedFrom
    endedEarly = trainer.steps < trainer.plan.schedule.steps
    last = log.last
    best = trainer.best
    tokens = log.reduce(0) { $0 + $1.tokens }
    seconds = log.reduce(0) { $0 + $1.seconds }
    activationBytes = network.activationBytes
    peakMemory = CMCPrimitives.peakMemory()
  }

  /// The file.
  public func json() -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.member("tool", CrossModelControlVersion.tool)
      json.member("kind", kind)
      json.member("base", base)
      if let template { json.member("template", template) }
      if let mode { json.member("mode", mode.rawValue) }
      json.member("parameters", parameters)
      json.member("learning_parameters", learningParameters)
      json.member("loss", objective)
      json.key("plan")
      json.object { writePlan(&$0) }
      json.member("precision", precision)
      json.member("run_digest", digest)
      json.member("documents", documents)
      json.member("retained_documents", retainedDocuments)
      json.member("validation_documents", validationDocuments)
      json.member("cut_documents", cutDocuments)
      json.member("dropped_records", droppedRecords)
      json.member("steps_done", steps)
      json.member("resumed_from", resumedFrom)
      json.member("ended_early", endedEarly)
      if let last {
        json.member("final_loss", last.loss)
        json.member("final_accuracy", last.accuracy)
      }
      if let best {
        json.member("best_validation_loss", best.loss)
        json.member("best_step", best.step)
      }
      json.member("tokens", tokens)
      json.member("seconds", (seconds * 1000).rounded() / 1000)
      json.member("tokens_per_second", tokensPerSecond.rounded())
      json.member("activation_bytes", activationBytes)
      json.member("peak_memory_bytes", peakMemory)
    }
    json.endLine()
    return json.bytes
  }

  private func writePlan(_ json: inout JSONWriter) {
    json.member("steps", plan.schedule.steps)
    json.member("batch", plan.batch)
    json.member("schedule", plan.schedule.kind.rawValue)
    json.member("learning_rate", plan.schedule.peak)
    json.member("warmup", plan.schedule.warmup)
    json.member("flat", plan.schedule.flat)
    json.member("beta1", plan.optimizer.beta1)
    json.member("beta2", plan.optimizer.beta2)
    json.member("weight_decay", plan.optimizer.weightDecay)
    json.member("clip", plan.optimizer.clip)
    json.member("seed", plan.seed)
  }
}
