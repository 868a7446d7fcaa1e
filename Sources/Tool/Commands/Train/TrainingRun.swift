internal import ArgumentParser
internal import CMCFastJSON
internal import CMCHashing
internal import CMCPrimitives
internal import CMCTraining
internal import CrossModelControl

/// A run of training on the command line: checkpoints, the log, progress, and what is left at the end.
struct TrainingRun {
  private static let checkpointName = "checkpoint.safetensors"
  private static let bestName = "best.safetensors"
  static let logName = "log.jsonl"
  /// Written last: what it stands in is done.
  static let reportName = "training.json"

  /// What has become of a run.
  struct Outcome {
    var records: [StepRecord] = []
    var seconds = 0.0
    var tokens = 0
    var best: (loss: Double, step: Int)?
    var endedEarly = false
    var resumedFrom = 0
  }

  let trainer: Trainer
  let arguments: TrainingArguments
  /// What identifies the run, beside the plan and the data.
  let identity: String
  let data: TrainingData

  private var folder: String { arguments.output }
  private var checkpoint: String { folder + "/" + Self.checkpointName }
  private var bestPath: String { folder + "/" + Self.bestName }

  /// Refuses a folder that holds something, unless it is that of a run to go on with; before anything is computed.
  ///
  /// A run that was killed before its first checkpoint begins anew. What it left half-written, beside files that it would
  /// have replaced, is removed.
  static func prepare(_ arguments: TrainingArguments) throws {
    let names = namesInFolder(arguments.output)
    if !names.isEmpty {
      let isBroken = names.contains(logName) && !names.contains(reportName)
      guard arguments.resume, isBroken else {
        let isFinished = names.contains(reportName) && arguments.resume
        throw FileError(
          path: arguments.output,
          underlying: isBroken
            ? OutputError.holdsRun : isFinished ? OutputError.isFinished : OutputError.exists)
      }
      for name in names where isLeftover(name) { removeFile(arguments.output + "/" + name) }
    }
    try makeDirectory(arguments.output)
  }

  /// Whether a file is one of ours that was not whole yet: its name and six letters more.
  private static func isLeftover(_ name: String) -> Bool {
    let own = [
      checkpointName, bestName, logName, reportName, "model.safetensors", "model.gguf", "config.json",
      "adapter_model.safetensors", "adapter_config.json", "loss.svg",
    ]
    return own.contains { name.hasPrefix($0 + ".") && name.utf8.count == $0.utf8.count + 7 }
  }

  /// Trains to the end, to the early end, or to the interrupt.
  ///
  /// - Throws: What stops the run; the last checkpoint is then in the folder.
  func run() throws -> Outcome {
    var outcome = Outcome()
    let digest = try self.digest()
    if arguments.resume, fileExists(checkpoint) {
      try Checkpoint.read(into: trainer, digest: digest, from: checkpoint)
      outcome.resumedFrom = trainer.steps
      arguments.common.note("going on from step \(trainer.steps)")
    }
    let log = try LossLog(path: folder + "/" + Self.logName, keeping: trainer.steps)
    let progress = ProgressLine(total: trainer.plan.schedule.steps, isShown: !arguments.common.quiet)
    let clock = ContinuousClock()
    let start = clock.now
    Interrupt.catchOnce()
    while !trainer.isDone {
      let record: StepRecord
      do {
        record = try trainer.step()
      } catch TrainingError.notFinite(let what, let step, _) {
        throw TrainingError.notFinite(
          what: what, step: step, checkpoint: fileExists(checkpoint) ? checkpoint : nil)
      }
      outcome.records.append(record)
      outcome.tokens += record.tokens
      // The best state must be on disk before a checkpoint says that it is.
      if trainer.best?.step == record.step, record.validationLoss != nil {
        try Checkpoint.writeParameters(trainer.network, to: bestPath)
      }
      try log.append(record)
      if record.step % trainer.plan.checkpointEvery == 0 || (Interrupt.hasCome && !trainer.isDone) {
        try Checkpoint.write(trainer, digest: digest, to: checkpoint)
      }
      let speed = Int(Double(outcome.tokens) / max(1e-9, (clock.now - start) / .seconds(1)))
      progress.show(record.step, detail: "loss \(rounded(record.loss)), \(speed) tokens/s")
      if Interrupt.hasCome, !trainer.isDone {
        progress.finish(record.step)
        arguments.common.note("interrupted; go on with --resume")
        throw ExitCode(130)
      }
    }
    progress.finish(trainer.steps)
    outcome.seconds = (clock.now - start) / .seconds(1)
    outcome.best = trainer.best
    outcome.endedEarly = trainer.steps < trainer.plan.schedule.steps
    if trainer.best != nil, fileExists(bestPath) {
      try Checkpoint.readParameters(into: trainer.network, from: bestPath)
    }
    return outcome
  }

  /// Removes what only a run that goes on needs; once the result is written.
  func removeCheckpoints() {
    removeFile(checkpoint)
    removeFile(bestPath)
  }

  /// What identifies plan, data and starting point.
  func digest() throws -> String {
    var json = JSONWriter(.compact)
    json.value("\(trainer.plan) \(data.digest) \(identity)")
    return SHA256Digest(hashing: json.bytes).hex
  }
}

/// A number with four digits behind the point.
func rounded(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
  let scaled = Int((abs(value) * 10_000).rounded())
  let digits = String(scaled % 10_000)
  let sign = value < 0 && scaled > 0 ? "−" : ""
  return "\(sign)\(scaled / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
}
