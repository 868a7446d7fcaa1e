internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCLinearAlgebra
internal import CMCPrimitives
internal import CMCTraining

/// What a run of training leaves for people and programs: `training.json`, and the same on standard output.
struct TrainingReport {
  let kind: String
  let run: TrainingRun
  let outcome: TrainingRun.Outcome
  let base: String?
  var template: String?
  var mode: ControlMode?

  /// Writes the file, says the result, and removes what is needed no more.
  func write() throws {
    let json = try json()
    let folder = run.arguments.output
    let curve = try LossCurve.svg(
      try LossLog.read(folder + "/" + TrainingRun.logName), title: "Loss of \(folder)")
    try AtomicFile.write(curve, to: folder + "/loss.svg")
    try AtomicFile.write(json, to: folder + "/" + TrainingRun.reportName)
    run.removeCheckpoints()
    try StandardOutput.write(run.arguments.common.json ? json : Array(text().utf8))
  }

  private var network: Network { run.trainer.network }
  private var learning: Int { network.adapters?.layout.count ?? network.layout.parameterCount }
  private var tokensPerSecond: Double { outcome.seconds > 0 ? Double(outcome.tokens) / outcome.seconds : 0 }

  private func json() throws -> [UInt8] {
    let plan = run.trainer.plan
    let digest = try run.digest()
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("kind", kind)
      json.member("base", base)
      if let template { json.member("template", template) }
      if let mode { json.member("mode", mode.rawValue) }
      json.member("parameters", network.layout.parameterCount)
      json.member("learning_parameters", learning)
      json.member("loss", run.arguments.loss.rawValue)
      json.key("plan")
      json.object { json in
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
      json.member("precision", run.arguments.computing.precision.rawValue)
      json.member("run_digest", digest)
      json.member("documents", run.data.learnt.count)
      json.member("retained_documents", run.data.retained.count)
      json.member("validation_documents", run.data.validation.count)
      json.member("cut_documents", run.data.summary.cut)
      json.member("dropped_records", run.data.summary.dropped)
      json.member("steps_done", run.trainer.steps)
      json.member("resumed_from", outcome.resumedFrom)
      json.member("ended_early", outcome.endedEarly)
      if let last = outcome.records.last {
        json.member("final_loss", last.loss)
        json.member("final_accuracy", last.accuracy)
      }
      if let best = outcome.best {
        json.member("best_validation_loss", best.loss)
        json.member("best_step", best.step)
      }
      json.member("tokens", outcome.tokens)
      json.member("seconds", (outcome.seconds * 1000).rounded() / 1000)
      json.member("tokens_per_second", tokensPerSecond.rounded())
      json.member("activation_bytes", network.activationBytes)
      json.member("peak_memory_bytes", peakMemory())
    }
    json.endLine()
    return json.bytes
  }

  private func text() -> String {
    var lines = [
      "\(run.arguments.output): \(kind), \(learning) of \(network.layout.parameterCount) parameters learnt",
      "steps       \(run.trainer.steps)\(outcome.endedEarly ? ", ended early" : "")",
    ]
    if let last = outcome.records.last {
      lines.append("loss        \(rounded(last.loss)), accuracy \(rounded(last.accuracy)) in the last step")
    }
    if let best = outcome.best {
      lines.append("validation  \(rounded(best.loss)) at step \(best.step), whose state is written")
    }
    lines.append(
      "speed       \(Int(tokensPerSecond)) tokens/s, \(Int(outcome.seconds)) s; memory \(peakMemory() >> 20) MB"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
