public import CMCControlledDecoding
internal import CMCPrimitives

/// A generation as a sequence that can be waited for: each step with the text that became certain by it.
///
///     for try await step in model.steps("Once upon a time") { print(step.text, terminator: "") }
///
/// The models are computed on a thread of their own, never on one of the pool that tasks share, and do not wait for the
/// reader: steps that nobody has taken yet are kept. The generation ends, within one step, when the task that reads is
/// cancelled, or its loop is left. A sequence can be read once, by one task.
public struct GenerationSteps: AsyncSequence, Sendable {
  /// A step and the text that no stop string can take back any more since the one before.
  public struct Element: Sendable {
    /// What was decided, and why.
    public let step: GenerationStep
    /// Whole characters; what belongs together may come a step later.
    public let text: String
  }

  /// How the sequence fails: with what encoding and the models throw.
  public typealias Failure = any Error

  /// What has become of the generation, and whether it should go on.
  final class State: Sendable {
    struct Value {
      var isCancelled = false
      var result: GenerationResult?
    }

    let value = Guarded(Value())

    func cancel() { value.withLock { $0.isCancelled = true } }
  }

  /// Reads the steps; the generation ends where it is let go of.
  public struct AsyncIterator: AsyncIteratorProtocol {
    /// Cancels with its last reference, which is that of the loop.
    private final class Reader: Sendable {
      let state: State

      init(_ state: State) { self.state = state }

      deinit { state.cancel() }
    }

    private var base: AsyncThrowingStream<Element, any Error>.Iterator
    private let reader: Reader

    init(_ stream: AsyncThrowingStream<Element, any Error>, _ state: State) {
      base = stream.makeAsyncIterator()
      reader = Reader(state)
    }

    /// The next step; nil behind the last.
    ///
    /// - Throws: What encoding and the models throw.
    public mutating func next() async throws -> Element? { try await base.next() }

    /// The same without leaving the actor that reads.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
      try await base.next(isolation: actor)
    }
  }

  private let stream: AsyncThrowingStream<Element, any Error>
  private let state: State

  /// The whole generation; nil until it has ended by itself, or by cancellation.
  public var result: GenerationResult? { state.value.withLock { $0.result } }

  init(_ generate: @escaping @Sendable ((GenerationStep, [UInt8]) -> Bool) throws -> GenerationResult) {
    let state = State()
    self.state = state
    stream = AsyncThrowingStream { continuation in
      continuation.onTermination = { _ in state.cancel() }
      let run: @Sendable () -> Void = {
        do {
          let result = try generate { step, text in
            continuation.yield(Element(step: step, text: String(decoding: text, as: UTF8.self)))
            return state.value.withLock { !$0.isCancelled }
          }
          state.value.withLock { $0.result = result }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      // Where no thread can be made the steps are all there before the first is read.
      if let thread = StartedThread(run) { thread.detach() } else { run() }
    }
  }

  /// Begins to read.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream, state) }
}

extension SteeredModel {
  /// Generates a text step by step; see ``GenerationSteps`` for threads and cancellation.
  ///
  /// - Returns: The steps that `generate(_:_:receive:)` would give.
  public func steps(_ prompt: String, _ options: GenerationOptions = GenerationOptions()) -> GenerationSteps {
    GenerationSteps { receive in try self.generate(prompt, options, receive: receive) }
  }
}
