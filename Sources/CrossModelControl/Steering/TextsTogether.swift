internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives

extension BatchedGenerator {
  /// Does pieces of work, each with histories of its own on the models, and receives what they give in their order.
  ///
  /// What a piece notes is passed on when its turn comes: no note depends on which was done sooner.
  ///
  /// - Parameters:
  ///   - count: How many pieces there are.
  ///   - observer: Hears notes, and says whether to end.
  ///   - work: Called on one of several threads with the piece's number, its histories in the order of the sessions, and an
  ///     observer of its own; gives nil where a cancellation ended it, and no piece behind it is received then.
  ///   - receive: Called on this thread.
  /// - Throws: What the first piece in order that fails throws, and what `receive` throws.
  func forEach<Value: Sendable>(
    count: Int, _ observer: RunObserver,
    _ work: @escaping @Sendable (Int, [any LogitSource], RunObserver) throws -> Value?,
    _ receive: (Value) throws -> Void
  ) throws {
    let results = OrderedResults<(result: Result<Value?, any Error>, notes: [String])>()
    let running = begin(count: count) { number, sources in
      let notes = Guarded<[String]>([])
      var own = observer
      own.note = { note in notes.withLock { $0.append(note) } }
      own.isCancelled = { observer.isCancelled() || results.isClosed }
      let result = Result { try work(number, sources, own) }
      results.add(number, (result, notes.withLock { $0 }))
      if case .success(.some) = result { return true }
      return false
    }
    defer {
      results.close()
      running.wait()
    }
    for number in 0..<count {
      let (result, notes) = results.wait(for: number)
      for note in notes { observer.note(note) }
      guard let value = try result.get() else { return }
      try receive(value)
    }
  }
}

extension SteeredModel {
  /// Does pieces of work with histories of their own, several at a time, and receives what they give in their order.
  ///
  /// - Parameters:
  ///   - count: How many pieces there are.
  ///   - parallel: How many are done together, their models reading the weights once for all; 1 does them one by one on
  ///     this thread.
  ///   - observer: Hears notes, and says whether to end.
  ///   - work: Does the piece of a number; gives nil where a cancellation ended it, and no piece behind it is received then.
  ///   - receive: Called on this thread.
  /// - Throws: What the first piece in order that fails throws, and what `receive` throws.
  func forEachText<Value: Sendable>(
    count: Int, parallel: Int, _ observer: RunObserver,
    _ work: @escaping @Sendable (Int, SteeringSessions, RunObserver) throws -> Value?,
    _ receive: (Value) throws -> Void
  ) throws {
    guard parallel > 1 else {
      for number in 0..<count {
        guard let value = try withSessions({ try work(number, $0, observer) }) else { return }
        try receive(value)
      }
      return
    }
    try batchedGenerator(parallel: parallel).forEach(
      count: count, observer,
      { [self] number, sources, observer in try work(number, SteeringSessions(self, sources), observer) },
      receive)
  }
}
