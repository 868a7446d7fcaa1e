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
    try self.init(writer, observer) { missing, receive in
      for number in missing {
        let bytes = try Self.file(of: number, writer.description, observer) { try prompt(number) }
        if observer.isCancelled() { return }
        try receive(bytes)
      }
    }
  }

  /// Captures the prompts of a run that are not there yet.
  ///
  /// - Parameter capture: Makes the files of the prompts of these numbers and gives them to its second argument in their
  ///   order; ends early after a cancellation.
  /// - Throws: What `capture` throws; prompts before are kept.
  init(
    _ writer: RunWriter, _ observer: RunObserver,
    capture: ([Int], ([UInt8]) throws -> Void) throws -> Void
  ) throws {
    let own = writer.description.ownPrompts
    let total = own.count
    let missing = own.filter { !writer.has($0) }
    let done = total - missing.count
    if done > 0, done < total {
      observer.note("\(writer.path): \(done) of \(total) prompts are captured already")
    }
    var captured = 0
    observer.progress.progress("", done: 0, total: missing.count)
    try capture(missing) { bytes in
      try writer.write(missing[captured], bytes)
      captured += 1
      if captured < missing.count { observer.progress.progress("", done: captured, total: missing.count) }
    }
    self.init(
      path: writer.path, description: writer.description, captured: done + captured,
      failed: try own.filter { try writer.has($0) && writer.hasFailed($0) })
  }

  /// A prompt's file: what `body` makes, or one that says why it cannot be made.
  ///
  /// - Throws: What spoils every prompt.
  static func file(
    of number: Int, _ description: RunDescription, _ observer: RunObserver, _ body: () throws -> [UInt8]
  ) throws -> [UInt8] {
    try ItemError.reporting("prompt", number + 1, observer, body) { reason in
      PromptRecorder(width: description.width, kept: description.kept)
        .encoded(response: [], skipped: [], error: reason)
    }
  }
}
