package import CMCLanguageModel
internal import CMCPrimitives
internal import Dispatch

/// Generates many texts together, each as its own ``ControlledGenerator`` would.
///
/// Every text has prompts, factors, maps, a seed and stops of its own; what texts share is the reading of weights, as
/// their models step together (``BatchedRoom``). When a text ends, the next one takes its place at once.
package struct BatchedGenerator: Sendable {
  private let room: BatchedRoom
  private let parallel: Int

  /// A generator without texts.
  ///
  /// - Parameters:
  ///   - sessions: One for each model that steps; nobody else may use them.
  ///   - parallel: How many texts are written at a time, at most.
  package init(_ sessions: sending [BatchedSession], parallel: Int) {
    room = BatchedRoom(sessions)
    self.parallel = max(1, parallel)
  }

  /// Begins to write texts, on threads of their own.
  ///
  /// - Parameters:
  ///   - count: How many; they are begun in order.
  ///   - write: Called for each text, on one of `parallel` threads (the caller's, where none can be made), with its number
  ///     and its histories on the models, in the order of the sessions; makes a generator and runs it. Where it returns false, no further ones are begun.
  /// - Returns: What can be waited for.
  package func begin(
    count: Int, _ write: @escaping @Sendable (Int, [any LogitSource]) -> Bool
  ) -> Running {
    let next = NextText(count: count)
    let group = DispatchGroup()
    let takeTexts: @Sendable () -> Void = { [room] in
      while let index = next.take() {
        let goesOn = room.withText { write(index, $0) }
        if !goesOn { next.stop() }
      }
    }
    // Threads of their own, not those of a pool: they wait most of the time. Where fewer can be made, those take all texts.
    var threads = 0
    while threads < min(parallel, count) {
      group.enter()
      let thread = StartedThread {
        takeTexts()
        group.leave()
      }
      guard let thread else {
        group.leave()
        break
      }
      thread.detach()
      threads += 1
    }
    if threads == 0 { takeTexts() }
    return Running(group: group)
  }

  /// Texts that are being written.
  package struct Running: Sendable {
    fileprivate let group: DispatchGroup

    /// Waits until all texts that were begun have ended.
    package func wait() { group.wait() }
  }
}

/// The texts that have not been begun.
private final class NextText: Sendable {
  private let range: Guarded<Range<Int>>

  init(count: Int) { range = Guarded(0..<count) }

  func take() -> Int? { range.withLock { $0.popFirst() } }

  func stop() { range.withLock { $0 = $0.upperBound..<$0.upperBound } }
}
