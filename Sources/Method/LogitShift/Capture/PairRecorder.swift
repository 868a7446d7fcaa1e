package import CMCLanguageModel
internal import CMCPrimitives

/// Runs both versions of a model over the steps of a response, and records their log-probabilities.
package struct PairRecorder {
  /// The untuned model.
  package let base: any LogitSource
  /// The tuned model.
  package let tuned: any LogitSource
  /// The best so many columns of each ranking are kept, or nil for all.
  package let kept: Int?
  /// How many threads look at steps; what is recorded does not depend on it.
  private let threads: Int

  /// Steps whose logits are held at the same time: 16 rows of a large vocabulary are 10 MB.
  private static let group = 16

  /// A recorder of two models of equal width.
  ///
  /// - Throws: ``LogitShiftError/widthsDiffer(first:second:)``.
  package init(
    base: any LogitSource, tuned: any LogitSource, kept: Int?, threads: Int = 1
  ) throws(LogitShiftError) {
    guard base.logitsWidth == tuned.logitsWidth else {
      throw .widthsDiffer(first: base.logitsWidth, second: tuned.logitsWidth)
    }
    self.base = base
    self.tuned = tuned
    self.kept = kept
    self.threads = max(1, threads)
  }

  /// Records a prompt.
  ///
  /// - Parameters:
  ///   - prompt: Its number, for errors.
  ///   - steps: The response's steps.
  ///   - baseHistories: What the untuned model has read before each step.
  ///   - tunedHistories: The same of the tuned one.
  ///   - wanted: Columns of the step of an index that are kept beside the best ones.
  /// - Returns: The prompt's file.
  /// - Throws: ``LogitShiftError``, and what the models throw.
  package func record(
    prompt: Int, steps: ResponseSteps, baseHistories: [[Int32]], tunedHistories: [[Int32]],
    wanted: (Int) throws -> [Int32] = { _ in [] }
  ) throws -> [UInt8] {
    for (histories, name) in [(baseHistories, "the base model"), (tunedHistories, "the tuned model")]
    where histories.contains(where: \.isEmpty) {
      throw LogitShiftError.emptyPrompt(prompt: prompt, model: name)
    }
    // What a prompt before has left behind would change how rows are computed together, and so their last bits: a run
    // that goes on after an interruption must give the same files.
    base.truncate(to: 0)
    tuned.truncate(to: 0)
    var recorder = PromptRecorder(width: base.logitsWidth, kept: kept)
    var start = 0
    while start < steps.numbers.count {
      let end = min(start + Self.group, steps.numbers.count)
      var rows: [[Float]] = []
      try StepScorer(source: base).score(baseHistories[start..<end]) {
        for step in $0 { rows.append(Array(step.logits)) }
      }
      try StepScorer(source: tuned).score(tunedHistories[start..<end]) { some in
        let columns = try some.map { try wanted($0.index) }
        let looks = some.map {
          (number: steps.numbers[$0.index], base: rows[$0.index - start], tuned: $0.logits)
        }
        for (step, values) in zip(some, try values(looks, columns)) {
          recorder.add(
            step: steps.numbers[step.index], prefix: steps.prefixes[step.index],
            token: steps.tokens[step.index], values)
        }
      }
      start = end
    }
    return recorder.encoded(response: steps.response, skipped: steps.skipped)
  }

  /// What is kept of some steps, in their order.
  private func values(
    _ steps: [(number: Int, base: [Float], tuned: UnsafeBufferPointer<Float>)], _ wanted: [[Int32]]
  ) throws -> [CapturedStep] {
    let (width, kept) = (base.logitsWidth, kept)
    var found = [Result<CapturedStep, any Error>?](repeating: nil, count: steps.count)
    found.withUnsafeMutableBufferPointer { buffer in
      // Disjoint writes: a step is one thread's.
      nonisolated(unsafe) let (results, steps) = (buffer, steps)
      parallelFor(steps.count, chunk: 1, threads: threads) { _, range in
        var normalizer = LogNormalizer(width: width)
        for index in range {
          results[index] = Result {
            try steps[index].base.withUnsafeBufferPointer {
              try CapturedStep(
                $0, steps[index].tuned, step: steps[index].number, kept: kept, wanted: wanted[index],
                &normalizer)
            }
          }
        }
      }
    }
    return try found.compactMap { try $0?.get() }
  }
}
