internal import ArgumentParser
internal import CMCLogitShift

/// Captures the prompts of a run that are not there yet, one after the other.
struct PromptLoop {
  let writer: RunWriter
  let common: CommonOptions

  /// Runs a body that gives each prompt's file.
  ///
  /// - Throws: What the body throws; `ExitCode` 130 after an interrupt, with what is done kept.
  func run(_ capture: (Int) throws -> [UInt8]) throws {
    let total = writer.description.prompts.count
    let done = (0..<total).count(where: writer.has)
    if done > 0, done < total {
      common.note("\(writer.path): \(done) of \(total) prompts are captured already")
    }
    let progress = ProgressLine(total: total - done, isShown: !common.quiet)
    var captured = 0
    for prompt in 0..<total where !writer.has(prompt) {
      progress.show(captured)
      let bytes = try capture(prompt)
      if Interrupt.hasCome { break }
      try writer.write(prompt, bytes)
      captured += 1
    }
    progress.finish(captured)
    guard done + captured == total else {
      common.note("\(done + captured) of \(total) prompts are captured; the same command goes on from there")
      throw ExitCode(130)
    }
  }
}
