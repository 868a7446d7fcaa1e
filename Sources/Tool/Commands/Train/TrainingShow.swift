internal import ArgumentParser
internal import CMCPrimitives
internal import CMCTraining
internal import CrossModelControl

/// Runs a training and shows it: a line of progress, and the result.
enum TrainingShow {
  /// Trains to the end.
  ///
  /// - Throws: What training throws; `ExitCode` 130 after an interrupt, with a checkpoint in the folder.
  static func run(_ configuration: TrainingConfiguration, _ common: CommonOptions) throws {
    // Progress is shown by the step, with the loss beside it.
    var observer = common.observer
    observer.progress = NoProgress()
    let session = try TrainingSession(configuration, observer: observer)
    let line = ProgressLine(total: session.steps, isShown: !common.quiet)
    // From here on there is something to keep; until then an interrupt just ends the program.
    Interrupt.catchOnce()
    let outcome = try session.run { progress in
      line.show(
        progress.record.step,
        detail: "loss \(fourDecimals(progress.record.loss)), \(progress.tokensPerSecond) tokens/s")
    } drawing: {
      line.finish(session.steps)
      return try LossCurve.svg($0, title: "Loss of \(configuration.output.folder)")
    }
    switch outcome {
    case .complete(let report):
      line.finish(session.steps)
      let text = "\(configuration.output.folder) is finished already"
      try common.show(text, text: text + "\n", json: report)
    case .interrupted(let step):
      line.finish(step)
      common.note("interrupted; go on with --resume")
      throw ExitCode(Interrupt.exitCode)
    case .finished(let report):
      let text = text(report)
      try common.show(String(text.prefix { $0 != "\n" }), text: text, json: report.json())
    }
  }

  private static func text(_ report: TrainingReport) -> String {
    var lines = [
      "\(report.folder): \(report.kind), \(report.learningParameters) of \(report.parameters) parameters learnt",
      "steps       \(report.steps)\(report.endedEarly ? ", ended early" : "")",
    ]
    if let last = report.last {
      lines.append(
        "loss        \(fourDecimals(last.loss)), accuracy \(fourDecimals(last.accuracy)) in the last step")
    }
    if let best = report.best {
      lines.append("validation  \(fourDecimals(best.loss)) at step \(best.step), whose state is written")
    }
    lines.append(
      "speed       \(Int(report.tokensPerSecond)) tokens/s, \(Int(report.seconds)) s; memory \(report.peakMemory >> 20) MB"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
