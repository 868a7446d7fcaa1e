public import CMCControlledDecoding
public import CMCPrompts

extension SteeredModel {
  /// Generates from one prompt at several factors α; the prompt is read once.
  ///
  /// - Parameters:
  ///   - prompt: What is asked, without a template around it.
  ///   - alphas: The factors of delta models that have none of their own.
  ///   - options: How tokens are chosen and what ends the texts.
  ///   - observer: Hears how many factors are done; after a cancellation the sweep has the finished ones.
  /// - Throws: As `generate(_:_:receive:)`.
  public func sweep(
    _ prompt: Conversation, alphas: [Float], _ options: GenerationOptions = GenerationOptions(),
    observer: RunObserver = .silent
  ) throws -> SweepSummary {
    guard deltas.contains(where: { $0.alpha == nil }) else { throw ControlError.factorsAreFixed }
    var sweep = SweepSummary(
      tool: CrossModelControlVersion.tool, user: user.name, deltas: deltas.map(\.name),
      mode: configuration.mode.rawValue, prompt: prompt.text, points: [])
    try withSessions { sessions in
      let generator = try self.generator(prompt, sessions)
      let controls = self.controls(options)
      for (index, alpha) in alphas.enumerated() {
        observer.progress.progress("", done: index, total: alphas.count)
        generator.combiner.terms = terms(alpha: alpha)
        let result = try generator.generate(controls) { _, _ in !observer.isCancelled() }
        if observer.isCancelled() { break }
        if let warning = result.stop.warning { observer.note("α \(alpha): \(warning)") }
        sweep.points.append(SweepSummary.Point(alpha: alpha, result))
      }
    }
    return sweep
  }
}
