internal import CMCPrimitives
internal import CMCServing
internal import CMCTokenization
internal import CMCVocabulary
internal import CrossModelControl

extension SteeringService {
  /// The texts that are written for one beginning.
  ///
  /// - Throws: ``APIError`` for a beginning that the model cannot take, or that leaves no room.
  func jobs(
    _ beginning: SteeredRoom.Beginning, _ text: TextRequest, maxTokens: Int?, top: Int?, echoes: Bool = false,
    first: Int, in room: SteeredRoom, param: String
  ) throws(APIError) -> [TextJob] {
    if case .ids(let ids) = beginning { try check(ids, room, param: param) }
    try check(Array(text.logitBias.keys), room, param: "logit_bias")
    let count: Int
    do { count = try room.userIDs(beginning).count } catch { throw told(error, param: param) }
    let limit = min(room.contextLength, limits.tokens)
    let tokens = maxTokens ?? max(1, limit - count)
    guard count + tokens <= limit else { throw .context(needed: count + tokens, limit: limit, param: param) }
    if let map = text.steering.map, !room.mapNames.contains(map) {
      let names = room.mapNames.isEmpty ? "none" : room.mapNames.joined(separator: ", ")
      throw .field("cmc_map", "this model has no such map; there are: \(names).", code: "map_not_found")
    }
    if room.model.deltas.isEmpty {
      let none = "this model has no delta model; leave it out."
      guard text.steering.alpha ?? 0 == 0 else { throw .field("cmc_alpha", none) }
      guard text.steering.mode == nil else { throw .field("cmc_mode", none) }
    }
    var order = SteeredRoom.Order(beginning)
    order.options.maxTokens = tokens
    order.endsWhereFull = maxTokens == nil
    order.options.sampling = text.sampling
    order.options.stops = text.stops
    order.options.ignoresEndTokens = text.ignoresEndTokens
    order.options.traceTop = text.steering.traceTop
    order.alpha = text.steering.alpha
    order.mode = text.steering.mode
    order.map = text.steering.map
    order.bias = text.logitBias
    let deadline = ContinuousClock.now.advanced(by: .seconds(limits.seconds))
    return (0..<text.count).map { number in
      // Texts of one prompt differ, with a seed in a way that can be had again.
      order.options.sampling.seed =
        text.hasSeed ? text.sampling.seed &+ UInt64(number) : .random(in: .min ... .max)
      return TextJob(
        index: first + number, order: order, echoes: echoes, top: top, deadline: deadline)
    }
  }

  /// Makes sure that all ids are tokens.
  func check(_ ids: [Int32], _ room: SteeredRoom, param: String) throws(APIError) {
    let limit = room.model.tokenizer.description.vocabulary.idLimit
    guard ids.allSatisfy({ (0..<limit).contains(Int($0)) }) else {
      throw .field(param, "ids from 0 to \(limit - 1) are expected.")
    }
  }

  /// Writes texts and waits for all of them.
  func whole(
    _ jobs: [TextJob], in room: SteeredRoom, param: String
  ) async throws(APIError) -> [TextJob.Outcome] {
    let cancellation = Cancellation()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation {
        (continuation: CheckedContinuation<Result<[TextJob.Outcome], APIError>, Never>) in
        let gathering = Gathering<TextJob.Outcome>(jobs.count) { continuation.resume(returning: $0) }
        do throws(APIError) {
          try queue.run(
            jobs.enumerated().map { place, job in
              { [self] in
                do {
                  gathering.add(place, .success(try job.write(in: room, cancellation, metrics)))
                } catch {
                  cancellation.cancel()
                  gathering.add(place, .failure(told(error, param: param)))
                }
              }
            })
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
    } onCancel: {
      cancellation.cancel()
    }
    return try result.get()
  }

  /// Begins texts whose pieces come as events.
  ///
  /// - Parameters:
  ///   - jobs: The texts.
  ///   - room: Where they are written.
  ///   - param: The field of the request that the texts begin from.
  ///   - textsOfPrompt: How many texts each prompt has.
  ///   - begin: The event before the first piece of a text, if there is one.
  ///   - event: JSON of a piece, or with a reason of the end of a text.
  ///   - usage: JSON behind the last text, where it is wanted.
  func stream(
    _ jobs: [TextJob], in room: SteeredRoom, param: String, textsOfPrompt: Int,
    begin: @escaping @Sendable (Int) -> [UInt8]?,
    event: @escaping @Sendable (TextChoice) -> [UInt8], usage: (@Sendable (Usage) -> [UInt8])?
  ) throws(APIError) -> Answer {
    let cancellation = Cancellation()
    // Some 300 bytes an event: who is further behind than that has gone, or reads too slowly.
    let (stream, continuation) = AsyncStream.makeStream(
      of: [UInt8].self, bufferingPolicy: .bufferingOldest(max(16, limits.unreadBytes / 300)))
    continuation.onTermination = { _ in cancellation.cancel() }
    let send: @Sendable ([UInt8]) -> Bool = { json in
      if case .enqueued = continuation.yield(ServerSentEvents.event(json)) { return true }
      cancellation.cancel()
      return false
    }
    let gathering = Gathering<TextJob.Outcome>(jobs.count) { result in
      switch result {
      case .success(let outcomes):
        if let usage { _ = send(usage(Usage(outcomes.map(\.usage), textsOfPrompt: textsOfPrompt))) }
        continuation.yield(ServerSentEvents.done)
      case .failure(let error): continuation.yield(ServerSentEvents.event(error))
      }
      continuation.finish()
    }
    try queue.run(
      jobs.enumerated().map { place, job in
        { [self] in
          do {
            if let json = begin(job.index) { _ = send(json) }
            let outcome = try job.write(in: room, cancellation, metrics) { send(event($0)) }
            var end = outcome.choice
            // All of it has gone out already.
            (end.text, end.tokens, end.trace) = ("", nil, nil)
            _ = send(event(end))
            gathering.add(place, .success(outcome))
          } catch {
            cancellation.cancel()
            gathering.add(place, .failure(told(error, param: param)))
          }
        }
      })
    return .stream(stream, cancel: { cancellation.cancel() })
  }
}

/// Waits for several results and gives them on, once, in order; of failures the first one.
final class Gathering<Value: Sendable>: Sendable {
  private struct State {
    var values: [Value?]
    var left: Int
    var failure: APIError?
  }

  private let state: Guarded<State>
  private let done: @Sendable (Result<[Value], APIError>) -> Void

  init(_ count: Int, _ done: @escaping @Sendable (Result<[Value], APIError>) -> Void) {
    state = Guarded(State(values: [Value?](repeating: nil, count: count), left: count))
    self.done = done
  }

  func add(_ place: Int, _ result: Result<Value, APIError>) {
    let whole: Result<[Value], APIError>? = state.withLock { state in
      switch result {
      case .success(let value): state.values[place] = value
      case .failure(let error): state.failure = state.failure ?? error
      }
      state.left -= 1
      guard state.left == 0 else { return nil }
      return state.failure.map { .failure($0) } ?? .success(state.values.compactMap { $0 })
    }
    if let whole { done(whole) }
  }
}

extension Usage {
  /// The sum of several texts; a prompt's tokens count once for all texts of it.
  init(_ texts: [Usage], textsOfPrompt count: Int) {
    self.init(
      promptTokens: texts.enumerated().filter { $0.offset % max(1, count) == 0 }.reduce(0) {
        $0 + $1.element.promptTokens
      }, completionTokens: texts.reduce(0) { $0 + $1.completionTokens })
  }
}
