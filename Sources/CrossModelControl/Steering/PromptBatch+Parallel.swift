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
    try model.forEachText(
      count: count - first, parallel: parallel, observer,
      { [self] number, sessions, observer in
        let index = own[first + number]
        return try answer(index, observer) { goesOn in
          try model.generate(items[index].conversation, options, sessions) { _, _ in goesOn() }
        }
      }, receive)
  }
}
