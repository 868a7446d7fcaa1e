internal import CMCPrimitives

/// Shows the stages of long work as lines on standard error, where that is a terminal.
final class StageProgress: ProgressObserver {
  private struct State: ~Copyable {
    var stage = ""
    var total = 0
    var line: ProgressLine?
  }

  private let isShown: Bool
  private let state = Guarded(State())

  /// An observer that shows nothing unless `isShown`.
  init(isShown: Bool) { self.isShown = isShown && StandardError.isTerminal }

  func progress(_ stage: String, done: Int, total: Int) {
    guard isShown else { return }
    state.withLock { state in
      if state.stage != stage || state.total != total {
        state.stage = stage
        state.total = total
        state.line = ProgressLine(total: total, isShown: true, label: stage)
      }
      state.line?.show(done)
    }
  }

  /// Takes the line away.
  func finish() {
    guard isShown else { return }
    StandardError.write("\r\u{1B}[K")
  }
}
