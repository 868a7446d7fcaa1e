package import CMCLanguageModel
internal import Dispatch
internal import Synchronization

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

  /// Writes texts.
  ///
  /// - Parameters:
  ///   - count: How many; they are begun in order.
  ///   - write: Called for each text, on one of `parallel` threads, with its number and its histories on the models, in the
  ///     order of the sessions; makes a generator and runs it.
  /// - Returns: Whether all were begun: a call of `write` that returns false keeps further ones from being begun.
  package func run(count: Int, _ write: @escaping @Sendable (Int, [any LogitSource]) -> Bool) -> Bool {
    let next = Mutex((index: 0, goesOn: true))
    let group = DispatchGroup()
    let work: @Sendable () -> Void = { [room] in
      while true {
        let index = next.withLock { next -> Int? in
          guard next.goesOn, next.index < count else { return nil }
          defer { next.index += 1 }
          return next.index
        }
        guard let index else { return }
        let goesOn = room.withText { write(index, $0) }
        if !goesOn { next.withLock { $0.goesOn = false } }
      }
    }
    // Threads of their own, not those of a pool: they wait most of the time.
    for number in 0..<min(parallel, count) {
      DispatchQueue(label: "cross-model-control.text.\(number)").async(
        group: group, execute: DispatchWorkItem(block: work))
    }
    group.wait()
    return next.withLock { $0.index == count && $0.goesOn }
  }
}
