internal import CMCPrimitives
internal import Dispatch

/// Where texts meet that are written independently, each on a thread of its own, so that their models step together.
///
/// A text asks its ``BatchedSource``s for logits as it would ask a session, and waits. When all texts in the room wait, one of
/// their threads takes the models a step further for all of them; who has what it asked for goes on. A text that keeps
/// the others waiting, because whoever reads it is slow, is not waited for longer than a step takes.
///
/// How it is safe: `State` is behind a lock; the sessions are touched by one thread at a time, the one that has set
/// `isStepping`. What a text wants of a session (to be cut back, to leave) is therefore noted, and done by that thread.
package final class BatchedRoom: Sendable {
  struct State {
    /// The texts in the room.
    var members = 0
    /// What is waited for.
    var waiting: [BatchedRequest] = []
    /// Histories of texts that have left.
    var leaving: [(session: Int, row: BatchedSession.Row)] = []
    var isStepping = false
    /// How long texts are waited for, in nanoseconds.
    var patience = BatchedRoom.leastPatience

    /// Takes the lead, if nobody has it and nobody is to be waited for.
    mutating func takeLead(anyway: Bool = false) -> Bool {
      guard !isStepping, !waiting.isEmpty, anyway || waiting.count >= members else { return false }
      isStepping = true
      return true
    }
  }

  /// Five milliseconds.
  private static let leastPatience = 5_000_000

  private let state = Guarded(State())
  private nonisolated(unsafe) let sessions: [BatchedSession]
  /// The models' limits, which anybody may read.
  let limits: [BatchedSource.Limits]

  /// A room with models.
  ///
  /// - Parameter sessions: One for each model; nobody else may use them.
  package init(_ sessions: sending [BatchedSession]) {
    limits = sessions.map { BatchedSource.Limits($0) }
    self.sessions = sessions
  }

  /// Runs the work of one text, which has a history of its own on each model.
  ///
  /// - Parameter body: Called on this thread with the sources, in the order of the sessions; they end with the call.
  /// - Throws: What `body` throws.
  package func withText<R>(_ body: ([BatchedSource]) throws -> R) rethrows -> R {
    state.withLock { $0.members += 1 }
    let sources = limits.indices.map { BatchedSource(self, session: $0) }
    defer { leave(sources) }
    return try body(sources)
  }

  private func leave(_ sources: [BatchedSource]) {
    let next = state.withLock { state in
      state.members -= 1
      for source in sources {
        if let row = source.row { state.leaving.append((source.session, row)) }
      }
      // Those who remain may have waited for this one alone.
      return state.isStepping || state.waiting.count < state.members ? nil : state.waiting.first
    }
    next?.semaphore.signal()
  }

  /// Does what is asked for, together with the others.
  func perform(_ request: BatchedRequest) {
    var leads = state.withLock { state in
      state.waiting.append(request)
      return state.takeLead()
    }
    while true {
      if leads { lead(request) }
      let patience = state.withLock { request.isDone ? nil : $0.patience }
      guard let patience else { return }
      let isLate = request.semaphore.wait(timeout: .now() + .nanoseconds(patience)) == .timedOut
      leads = state.withLock { !request.isDone && $0.takeLead(anyway: isLate) }
    }
  }

  /// Takes the models further until this thread's own request is done, or others are to be waited for.
  private func lead(_ own: BatchedRequest) {
    let clock = ContinuousClock()
    var goesOn = true
    while goesOn {
      let begin = clock.now
      let done = step()
      let seconds = (clock.now - begin) / .seconds(1)
      state.withLock { state in
        for request in done { request.isDone = true }
        state.waiting.removeAll { $0.isDone }
        state.patience = max(Self.leastPatience, Int(seconds * 1e9))
        goesOn = !own.isDone && !state.waiting.isEmpty && state.waiting.count >= state.members
        if !goesOn { state.isStepping = false }
      }
      for request in done where request !== own { request.semaphore.signal() }
    }
  }

  /// One step of all models that somebody waits for; only for the thread that leads.
  private func step() -> [BatchedRequest] {
    let (requests, leaving) = state.withLock { state in
      defer { state.leaving = [] }
      return (state.waiting, state.leaving)
    }
    for (session, row) in leaving { sessions[session].leave(row) }
    var done: [BatchedRequest] = []
    for request in requests where !request.isBegun {
      request.isBegun = true
      if !begin(request) { done.append(request) }
    }
    for (index, session) in sessions.enumerated() where session.hasWork {
      var byRow: [BatchedSession.Row: BatchedRequest] = [:]
      for request in requests where request.session == index {
        if let row = request.row { byRow[row] = request }
      }
      let outcomes = session.stepRows { row, logits in try byRow[row]?.receive(logits) }
      for outcome in outcomes {
        switch outcome {
        case .done(let row): if let request = byRow[row] { done.append(request) }
        case .failed(let row, let error):
          guard let request = byRow[row] else { continue }
          request.failure = error
          done.append(request)
        }
      }
    }
    return done
  }

  /// Asks a session for what a text asks for; false where it refuses.
  private func begin(_ request: BatchedRequest) -> Bool {
    let session = sessions[request.session]
    let row = request.row ?? session.join()
    request.row = row
    session.truncate(row, to: request.kept)
    do {
      try session.extend(row, request.ids, logits: request.logits, from: request.first)
      return true
    } catch {
      request.failure = error
      return false
    }
  }
}
