public import CMCLogitShift
internal import CMCPrimitives

/// What has become of a capture.
public struct CaptureOutcome: Sendable {
  /// The run's folder.
  public let path: String
  /// What the run is.
  public let description: RunDescription
  /// How many of its prompts are captured, earlier ones too.
  public let captured: Int
  /// The prompts that could not be captured, counted from 0: their files say why.
  public let failed: [Int]

  /// Whether all are, of a shard all of its own; a capture that was cancelled goes on with the same configuration.
  public var isComplete: Bool { captured == description.ownCount }
}

extension CaptureOutcome {
  /// Captures the prompts of a run that are not there yet, one after the other, until all are or it is cancelled.
  ///
  /// A prompt that the models or their templates cannot take gets a file that says so; the others are captured.
  ///
  /// - Parameter prompt: Makes the file of one prompt. What it made when the cancellation came is thrown away: the text
  ///   may have been cut short by it.
  /// - Throws: What `prompt` throws, with the number of the prompt; earlier prompts are kept.
  init(
    capturing writer: RunWriter, _ observer: RunObserver, prompt: (Int) throws -> [UInt8]
  ) throws {
    let own = writer.description.ownPrompts
    let total = own.count
    let done = own.count(where: writer.has)
    if done > 0, done < total {
      observer.note("\(writer.path): \(done) of \(total) prompts are captured already")
    }
    var captured = 0
    for number in own where !writer.has(number) {
      observer.progress.progress("", done: captured, total: total - done)
      let bytes = try ItemError.reporting("prompt", number + 1, observer) {
        try prompt(number)
      } orElse: { reason in
        PromptRecorder(width: writer.description.width, kept: writer.description.kept)
          .encoded(response: [], skipped: [], error: reason)
      }
      if observer.isCancelled() { break }
      try writer.write(number, bytes)
      captured += 1
    }
    self.init(
      path: writer.path, description: writer.description, captured: done + captured,
      failed: try own.filter { try writer.has($0) && writer.hasFailed($0) })
  }
}
