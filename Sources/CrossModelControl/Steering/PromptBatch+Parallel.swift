internal import CMCControlledDecoding
internal import CMCPrimitives

/// An item's line in the output, and what is to be said about it.
struct BatchAnswer: Sendable {
  let line: [UInt8]
  let note: String?
}

extension PromptBatch {
  /// Answers the prompts from one on, in order; ends early after a cancellation.
  ///
  /// - Throws: What spoils every item, and what `receive` throws.
  func forEachAnswer(
    from first: Int, parallel: Int, _ observer: RunObserver, _ receive: (BatchAnswer) throws -> Void
  ) throws {
    guard parallel > 1 else {
      for index in own[first...] {
        let answer = try answer(index, observer) { goesOn in
          try model.generate(items[index].conversation, options) { _, _ in goesOn() }
        }
        guard let answer else { return }
        try receive(answer)
      }
      return
    }
    let results = OrderedResults<Result<BatchAnswer?, any Error>>()
    let texts = model.batchedGenerator(parallel: parallel)
    var watching = observer
    watching.isCancelled = { observer.isCancelled() || results.isClosed }
    let running = texts.begin(count: count - first) { [self, watching] number, sources in
      let index = own[first + number]
      let result = Result {
        try answer(index, watching) { goesOn in
          let generator = try model.generator(items[index].conversation, SteeringSessions(model, sources))
          return try generator.generate(model.controls(options)) { _, _ in goesOn() }
        }
      }
      results.add(number, result)
      if case .success(.some) = result { return true }
      return false
    }
    defer {
      results.close()
      running.wait()
    }
    for number in 0..<count - first {
      guard let answer = try results.wait(for: number).get() else { return }
      try receive(answer)
    }
  }
}
