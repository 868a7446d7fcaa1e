internal import Primitives
internal import Synchronization

/// A progress line for work on several threads.
final class ProgressObserverLine: ProgressObserver {
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let last = Mutex(0)

  /// A line that is shown where standard error is a terminal and the user has not refused.
  init(_ common: CommonOptions) { isShown = !common.quiet && StandardError.isTerminal }

  func progress(_ stage: String, done: Int, total: Int) {
    guard isShown else { return }
    last.withLock { last in
      // Calls may overtake each other; the line never goes back.
      guard done > last else { return }
      last = done
      let line = ProgressLine(total: total, isShown: true, start: start)
      if done == total { line.finish(done) } else { line.show(done) }
    }
  }
}
