internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCRemoteModels

extension SteeredModel {
  /// How many texts are written at a time where nobody says how many.
  ///
  /// Sixteen, or fewer where a quarter of the machine's memory has no room for the keys, values and states of as many
  /// texts of 1024 tokens. A server that runs the user model has no more of them than it keeps histories for.
  public var defaultParallel: Int {
    let own = LanguageModel.defaultParallel(batchedModels())
    guard case .remote(let remote) = user else { return own }
    return max(1, min(own, remote.server.identity.slots ?? own))
  }

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
    (configuration.userVoice == .speaks ? user.local.map { [$0.model] } ?? [] : [])
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
