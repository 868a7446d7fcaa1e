internal import ArgumentParser
internal import CMCTraining
internal import CrossModelControl

extension TrainingArguments {
  /// What the options ask of a learner.
  ///
  /// - Parameters:
  ///   - tokenizer: Its tokenizer, where it is not with the model.
  ///   - tuned: For `--loss shift`, the template after tuning.
  func configuration(
    _ learner: TrainingConfiguration.Learner, tokenizer: String?, tuned: String? = nil
  ) throws -> TrainingConfiguration {
    var configuration = TrainingConfiguration(learner, data: files, output: result)
    configuration.tokenizer = tokenizer
    configuration.objective = try objective(tuned: tuned)
    configuration.schedule = try trainingSchedule()
    configuration.passTokens = passTokens
    configuration.recomputesActivations = recompute
    configuration.computing = computing.computing
    return configuration
  }

  private var files: TrainingFiles {
    var files = TrainingFiles(data)
    files.validation = validation
    files.validationSplit = validationSplit
    files.template = promptTemplate
    files.prompting = prompting.setting
    files.learnsPrompts = learnPrompts
    files.maxLength = maxLength
    return files
  }

  private var result: TrainingOutput {
    var result = TrainingOutput(folder: output)
    result.begun = resume ? .resumed : .refused
    result.encoding = dtype
    result.writesGGUF = gguf
    return result
  }

  private func objective(tuned: String?) throws -> TrainingObjective {
    switch loss {
    case .crossEntropy: return .crossEntropy
    case .ascent: return .ascent
    case .difference: return .difference(retained: retain)
    case .kl: return .divergence(retained: retain)
    case .shift:
      guard let tuned else { throw ValidationError("--loss shift needs --tuned.") }
      return .shift(tuned: tuned)
    }
  }

  private func trainingSchedule() throws -> TrainingSchedule {
    var plan = TrainingSchedule()
    if let epochs { plan.epochs = epochs }
    plan.steps = steps
    plan.batch = batch
    plan.learningRate = learningRate
    plan.kind = schedule
    plan.warmup = warmup
    if let flat { plan.flat = flat }
    (plan.optimizer.beta1, plan.optimizer.beta2) = try betaValues()
    plan.optimizer.weightDecay = weightDecay
    plan.optimizer.clip = clip
    plan.seed = seed
    if let validateEvery { plan.validateEvery = validateEvery }
    if let patience { plan.patience = patience }
    plan.checkpointEvery = checkpointEvery
    return plan
  }
}
