internal import CMCPrimitives
internal import CrossModelControl

extension CommonOptions {
  /// How work shows itself in a terminal: notes and progress on standard error, ended by the first interrupt where
  /// ``Interrupt/catchOnce()`` was called.
  var observer: RunObserver {
    let isQuiet = quiet
    return RunObserver(
      note: { if !isQuiet { StandardError.write("cmc: note: \(terminalText($0))\n") } },
      progress: StageProgress(isShown: !isQuiet), isCancelled: { Interrupt.hasCome }
    ).remembering(heard)
  }
}

/// Remembers for the whole process, which runs one command, what has been told of each file.
private let heard = RunObserver()

extension RunObserver {
  /// Takes the line of progress away, before anything else is written.
  func finishProgress() { (progress as? StageProgress)?.finish() }
}
