internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCResultCoding
public import CMCTraining

extension TrainingSession {
  /// Trains to the end, to the early end, or to the cancellation.
  ///
  /// - Parameters:
  ///   - onStep: Called behind every step.
  ///   - curve: Makes the figure `loss.svg` of the log's lines; nil for none.
  /// - Throws: `FileError` with a ``SettingsDifference`` where the folder's checkpoint is of a run with anything else, with
  ///   ``OutputError/isFinished`` where it has the result of one; what stops the run, with its last checkpoint in the folder.
  public func run(
    onStep: (TrainingProgress) -> Void = { _ in },
    drawing curve: ([LossLog.Line]) throws -> [UInt8]? = { _ in nil }
  ) throws -> TrainingOutcome {
    if folder.isFinished { return .complete(report: try finishedReport()) }
    let resumedFrom = try resume()
    guard try learn(onStep) else { return .interrupted(step: trainer.steps) }
    // The best state is what is written, and what is tried afterwards.
    if trainer.best != nil, fileExists(folder.best) {
      try Checkpoint.readParameters(into: trainer.network, from: folder.best)
    }
    try writeModel()
    let lines = try LossLog.read(folder.log)
    let report = TrainingReport(
      self, resumedFrom: resumedFrom, log: lines, digest: try RunDigest.of(settings))
    if let figure = try curve(lines) {
      try AtomicFile.write(figure, to: folder.curve)
    }
    try AtomicFile.write(report.json(), to: folder.report)
    folder.removeCheckpoints()
    return .finished(report)
  }

  /// The report of the folder's finished run, where it had these settings.
  private func finishedReport() throws -> [UInt8] {
    let bytes = try readFile(folder.report, isOwn: true)
    let stated = try withFile(folder.report) { try JSONDocument(bytes).root["run_digest"]?.string }
    guard try stated == RunDigest.of(settings) else {
      throw FileError(path: folder.path, underlying: OutputError.isFinished)
    }
    return bytes
  }

  /// Goes on from the folder's checkpoint, if that is wanted and there is one; gives its step, 0 for a run that begins.
  private func resume() throws -> Int {
    guard configuration.output.begun == .resumed else { return 0 }
    guard fileExists(folder.checkpoint) else {
      observer.note("\(folder.path) has no checkpoint yet: begun anew")
      return 0
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
    observer.note("going on from step \(trainer.steps)")
    return trainer.steps
  }

  /// Steps to the end of the plan; false where it was cancelled before.
  private func learn(_ onStep: (TrainingProgress) -> Void) throws -> Bool {
    let digest = try RunDigest.of(settings)
    let stated = String(decoding: try ResultCoding.encode(settings), as: UTF8.self)
    let total = trainer.plan.schedule.steps
    let log = try LossLog(path: folder.log, keeping: trainer.steps)
    let clock = ContinuousClock()
    let start = clock.now
    var tokens = 0
    while !trainer.isDone {
      let record = try step()
      tokens += record.tokens
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
      let speed = Int(saturating: Double(tokens) / max(1e-9, (clock.now - start) / .seconds(1)))
      observer.progress.progress("training", done: record.step, total: total)
      onStep(TrainingProgress(record: record, total: total, tokensPerSecond: speed))
      if isCancelled { return false }
    }
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
