import RegularExpressions
import Synchronization

/// The memory of one encoding at a time: matchers, buffers, the cache of words.
final class EncodingSession {
  let matchers: [RegexMatcher?]
  var scratch = WordScratch()
  var tokens: [EncodedToken] = []

  init(matchers: [RegexMatcher?]) { self.matchers = matchers }
}

/// Sessions that are not in use.
///
/// A session is in the pool or with one borrower, never both, so what it holds is used by one thread at a time.
final class SessionPool: Sendable {
  private struct Idle: @unchecked Sendable {
    var sessions: [EncodingSession] = []
  }

  private let idle = Mutex(Idle())

  func take() -> EncodingSession? { idle.withLock { $0.sessions.popLast() } }

  func giveBack(_ session: EncodingSession) {
    nonisolated(unsafe) let session = session  // handed over: the borrower keeps no reference
    idle.withLock { if $0.sessions.count < 64 { $0.sessions.append(session) } }
  }
}
