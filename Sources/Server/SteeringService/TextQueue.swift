internal import CMCPrimitives
package import CMCServing
internal import Dispatch

/// Places where texts are written, and a queue before them that has an end.
package final class TextQueue: Sendable {
  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
    var isEnding = false
  }

  private let state = Guarded(State())
  private let idle = DispatchGroup()
  private let limits: ServerLimits
  private let metrics: Metrics

  /// A queue that nobody is in.
  package init(_ limits: ServerLimits, _ metrics: Metrics) {
    self.limits = limits
    self.metrics = metrics
  }

  /// Runs work as soon as there is a place, on a thread of its own; all of it or none.
  ///
  /// - Throws: ``APIError/full`` where too much waits, ``APIError/ending`` behind ``end()``.
  package func run(_ work: [@Sendable () -> Void]) throws(APIError) {
    try state.withLock { state throws(APIError) in
      if state.isEnding { throw .ending }
      let places = max(0, limits.parallel - state.running)
      guard state.waiting.count + work.count - places <= limits.queue else { throw .full }
      for one in work {
        idle.enter()
        if state.running < limits.parallel, start(one) {
          state.running += 1
        } else if state.running == 0 {
          // Nobody would come to take it from the queue.
          idle.leave()
          throw .full
        } else {
          state.waiting.append(one)
        }
      }
      metrics.set(running: state.running, waiting: state.waiting.count)
    }
  }

  /// Whether no new work is taken.
  package var isEnding: Bool { state.withLock { $0.isEnding } }

  /// Takes no new work, and waits until what is there is done.
  package func end() async {
    state.withLock { $0.isEnding = true }
    await withCheckedContinuation { continuation in
      idle.notify(queue: .global()) { continuation.resume() }
    }
  }

  /// Begins work on a thread of its own; false where none can be made.
  private func start(_ work: @escaping @Sendable () -> Void) -> Bool {
    let thread = StartedThread { [self] in
      var next: (@Sendable () -> Void)? = work
      while let one = next {
        one()
        next = state.withLock { state in
          if state.waiting.isEmpty {
            state.running -= 1
            metrics.set(running: state.running, waiting: 0)
            return nil
          }
          let following = state.waiting.removeFirst()
          metrics.set(running: state.running, waiting: state.waiting.count)
          return following
        }
        idle.leave()
      }
    }
    thread?.detach()
    return thread != nil
  }
}
