internal import CMCPrimitives
internal import CMCResultCoding
public import CMCTraining

extension TrainingSession {
  /// What steps add up to.
  struct Progress {
    /// The step of the checkpoint that the run went on from; 0 for a run that began.
    var resumedFrom = 0
    /// The last step's record.
    var last: StepRecord?
    /// Tokens learnt from, since it was begun or taken up again.
    var tokens = 0
    /// The time that took.
    var seconds = 0.0
  }

  /// Trains to the end, to the early end, or to the cancellation.
  ///
  /// - Parameters:
  ///   - onStep: Called behind every step.
  ///   - curve: Makes the figure `loss.svg` of the log's lines; nil for none.
  /// - Throws: `FileError` with a ``SettingsDifference`` where the folder's checkpoint is of a run with anything else; what
  ///   stops the run, with its last checkpoint in the folder.
  public func run(
    onStep: (TrainingProgress) -> Void = { _ in },
    drawing curve: ([LossLog.Line]) throws -> [UInt8]? = { _ in nil }
  ) throws -> TrainingOutcome {
    var progress = Progress()
    try resume(&progress)
    guard try learn(&progress, onStep) else { return .interrupted(step: trainer.steps) }
    // The best state is what is written, and what is tried afterwards.
    if trainer.best != nil, fileExists(folder.best) {
      try Checkpoint.readParameters(into: trainer.network, from: folder.best)
    }
    try writeModel()
    let report = TrainingReport(self, progress, digest: try RunDigest.of(settings))
    if let figure = try curve(try LossLog.read(folder.log)) {
      try AtomicFile.write(figure, to: folder.curve)
    }
    try AtomicFile.write(report.json(), to: folder.report)
    folder.removeCheckpoints()
    return .finished(report)
  }

  /// Goes on from the folder's checkpoint, if that is wanted and there is one.
  private func resume(_ progress: inout Progress) throws {
    guard configuration.output.begun == .resumed else { return }
    guard fileExists(folder.checkpoint) else {
      observer.note("\(folder.path) has no checkpoint yet: begun anew")
      return
    }
    let stated = try Checkpoint.settings(of: folder.checkpoint)
    try withFile(folder.checkpoint) {
      guard let stated,
        let earlier = try? ResultCoding.decode(TrainingSettings.self, from: Array(stated.utf8))
      else {
        throw TrainingError.mismatch(
          "it was written by an older version, and does not tell with what settings")
      }
      if let difference = try settings.difference(from: earlier) { throw difference }
    }
    try Checkpoint.read(into: trainer, digest: try RunDigest.of(settings), from: folder.checkpoint)
    progress.resumedFrom = trainer.steps
    observer.note("going on from step \(trainer.steps)")
  }

  /// Steps to the end of the plan; false where it was cancelled before.
  private func learn(_ progress: inout Progress, _ onStep: (TrainingProgress) -> Void) throws -> Bool {
    let digest = try RunDigest.of(settings)
    let stated = String(decoding: try ResultCoding.encode(settings), as: UTF8.self)
    let total = trainer.plan.schedule.steps
    let log = try LossLog(path: folder.log, keeping: trainer.steps)
    let clock = ContinuousClock()
    let start = clock.now
    while !trainer.isDone {
      let record = try step()
      progress.last = record
      progress.tokens += record.tokens
      // The best state must be on disk before a checkpoint says that it is.
      if trainer.best?.step == record.step, record.validationLoss != nil {
        try Checkpoint.writeParameters(trainer.network, to: folder.best)
      }
      try log.append(record)
      let isCancelled = observer.isCancelled() && !trainer.isDone
      let every = trainer.plan.checkpointEvery
      if every > 0 && record.step % every == 0 || isCancelled {
        try Checkpoint.write(trainer, digest: digest, settings: stated, to: folder.checkpoint)
      }
      let speed = Int(saturating: Double(progress.tokens) / max(1e-9, (clock.now - start) / .seconds(1)))
      observer.progress.progress("training", done: record.step, total: total)
      onStep(TrainingProgress(record: record, total: total, tokensPerSecond: speed))
      if isCancelled { return false }
    }
    progress.seconds = (clock.now - start) / .seconds(1)
    return true
  }

  /// One step; where the loss is no number, the error says where the last good state is.
  private func step() throws -> StepRecord {
    do {
      return try trainer.step()
    } catch TrainingError.notFinite(let what, let step, _) {
      throw TrainingError.notFinite(
        what: what, step: step, checkpoint: fileExists(folder.checkpoint) ? folder.checkpoint : nil)
    }
  }
}
