internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives

extension SteeredModel {
  /// How many texts are written at a time where nobody says how many.
  ///
  /// Sixteen, or fewer where a quarter of the machine's memory has no room for the keys, values and states of as many texts
  /// of 1024 tokens.
  public var defaultParallel: Int { LanguageModel.defaultParallel(batchedModels()) }

  /// A generator of texts that step together; ``SteeringSessions/init(_:_:)`` takes its sources.
  func batchedGenerator(parallel: Int) -> BatchedGenerator {
    BatchedGenerator(batchedSessions(), parallel: parallel)
  }

  /// New sessions of the models that are computed.
  func batchedSessions() -> [BatchedSession] {
    batchedModels().map { configuration.computing.batchedSession($0) }
  }

  /// The models that are computed, in the order of the sources: the user's unless it is silent, and of each delta the
  /// model and its anti-expert.
  private func batchedModels() -> [LanguageModel] {
    (configuration.userVoice == .speaks ? [user.model] : [])
      + deltas.flatMap { [$0.loaded.model] + ($0.antiExpert.map { [$0] } ?? []) }
  }
}

extension LanguageModel {
  /// How many texts models compute together where nobody says how many; see ``SteeredModel/defaultParallel``.
  static func defaultParallel(_ models: [LanguageModel]) -> Int {
    let bytes = models.reduce(0) { $0 + $1.cacheBytesPerToken * 1024 + $1.stateBytesPerHistory }
    return max(1, min(16, physicalMemory() / 4 / max(1, bytes)))
  }
}
