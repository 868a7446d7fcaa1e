public import CMCControlledDecoding
public import CMCPrompts

extension SteeredModel {
  /// Generates from one prompt at several factors α.
  ///
  /// - Parameters:
  ///   - prompt: What is asked, without a template around it.
  ///   - alphas: The factors of delta models that have none of their own.
  ///   - options: How tokens are chosen and what ends the texts.
  ///   - parallel: How many texts are written together, the models reading their weights once for all. With precision
  ///     `exact` they are the same for every number; with `fast` for every number above 1.
  ///   - observer: Hears how many factors are done; after a cancellation the sweep has the finished ones.
  /// - Throws: As `generate(_:_:receive:)`.
  public func sweep(
    _ prompt: Conversation, alphas: [Float], _ options: GenerationOptions = GenerationOptions(),
    parallel: Int = 1, observer: RunObserver = .silent
  ) throws -> SweepSummary {
    guard deltas.contains(where: { $0.alpha == nil }) else { throw ControlError.factorsAreFixed }
    var sweep = SweepSummary(
      tool: CrossModelControlVersion.tool, user: user.name, deltas: deltas.map(\.name),
      mode: configuration.mode.rawValue, prompt: prompt.text, points: [])
    observer.progress.progress("", done: 0, total: alphas.count)
    try forEachText(
      count: alphas.count, parallel: parallel, observer,
      { [self] index, sessions, observer in
        let alpha = alphas[index]
        let generator = try self.generator(prompt, sessions)
        generator.combiner.terms = terms(asked: alpha)
        let result = try generator.generate(controls(options)) { _, _ in !observer.isCancelled() }
        if observer.isCancelled() { return nil }
        if let warning = result.stop.warning { observer.note("α \(alpha): \(warning)") }
        return SweepSummary.Point(alpha: alpha, result)
      },
      { (point: SweepSummary.Point) in
        sweep.points.append(point)
        observer.progress.progress("", done: sweep.points.count, total: alphas.count)
      })
    return sweep
  }
}
