internal import CMCPrimitives
import CMCRegularExpressions

/// The memory of one encoding at a time: matchers, buffers, the cache of words.
final class EncodingSession {
  let matchers: [RegexMatcher?]
  private var memory: EncodingMemory?

  init(matchers: [RegexMatcher?]) { self.matchers = matchers }

  /// The memory, with an empty list of tokens, until it is given back.
  ///
  /// In a variable of the caller it needs no check of exclusive access a word, as it would in a class.
  func takeMemory() -> EncodingMemory {
    var taken = memory ?? EncodingMemory()
    memory = nil
    taken.tokens.removeAll(keepingCapacity: true)
    return taken
  }

  /// Keeps the memory for the next text.
  func giveBack(_ memory: consuming EncodingMemory) { self.memory = memory }
}

/// What the words of one text are encoded with and into.
struct EncodingMemory {
  var scratch = WordScratch()
  var tokens: [EncodedToken] = []
}

/// Sessions that are not in use.
///
/// A session is in the pool or with one borrower, never both, so what it holds is used by one thread at a time.
final class SessionPool: Sendable {
  private struct Idle: @unchecked Sendable {
    var sessions: [EncodingSession] = []
  }

  private let idle = Guarded(Idle())

  func take() -> EncodingSession? { idle.withLock { $0.sessions.popLast() } }

  func giveBack(_ session: EncodingSession) {
    nonisolated(unsafe) let session = session  // handed over: the borrower keeps no reference
    idle.withLock { if $0.sessions.count < 64 { $0.sessions.append(session) } }
  }
}
