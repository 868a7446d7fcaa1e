internal import CMCAlignment
public import CMCControlledDecoding

extension SteeredModel {
  /// Checks the map end to end, with both models.
  ///
  /// - Parameters:
  ///   - options: What is generated, and from where on a figure warns or fails.
  ///   - observer: Hears how many prompts are done; after a cancellation the report is of those.
  /// - Throws: ``SteeringError/notOneDelta(count:)``, `ControlError`, and what the models throw.
  public func verify(
    _ options: VerificationOptions = VerificationOptions(), observer: RunObserver = .silent
  ) throws -> VerificationReport {
    guard deltas.count == 1, let delta = deltas.first, delta.antiExpert == nil else {
      throw SteeringError.notOneDelta(count: deltas.count)
    }
    let map =
      try delta.map ?? TokenMap.aligning(tokenizer.description, to: delta.tokenizer.description)
    var settings = MapVerifier.Settings()
    settings.prompts = try options.prompts.map {
      (user: try userPrompt($0), delta: try deltaPrompt($0, delta))
    }
    settings.maxTokens = options.maxTokens
    settings.alpha = delta.alpha ?? configuration.alpha
    settings.mode = configuration.mode
    settings.policy = configuration.unmatched
    settings.texts = options.texts
    settings.thresholds = options.thresholds
    settings.mismatchCount = options.mismatchCount
    return try withSessions { sessions in
      let verifier = try MapVerifier(
        MapVerifier.Models(
          user: sessions.user, userTokenizer: tokenizer, delta: sessions.deltas[0].model,
          deltaTokenizer: delta.tokenizer, map: map), settings)
      return try verifier.run { done in
        observer.progress.progress("", done: done, total: settings.prompts.count)
        return !observer.isCancelled()
      }
    }
  }
}
