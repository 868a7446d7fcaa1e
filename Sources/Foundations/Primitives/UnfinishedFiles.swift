internal import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files that are being written beside their targets, so that a signal that ends the program can take them away.
package final class UnfinishedFiles: @unchecked Sendable {
  /// Those of this process.
  package static let shared = UnfinishedFiles()

  /// More are not kept track of; nobody writes so many at once.
  private static let limit = 64
  /// C strings, as a signal handler may neither allocate nor wait for a lock.
  private let slots = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: limit)
  private let lock = Mutex<Void>(())

  init() { slots.initialize(repeating: nil, count: Self.limit) }

  deinit {
    for slot in 0..<Self.limit { free(slots[slot]) }
    slots.deallocate()
  }

  /// Keeps track of a file.
  func add(_ path: String) {
    lock.withLock { _ in
      guard let free = (0..<Self.limit).first(where: { slots[$0] == nil }) else { return }
      slots[free] = strdup(pathBytes(path))
    }
  }

  /// The file has its name now, or is gone.
  func remove(_ path: String) {
    let bytes = pathBytes(path)
    lock.withLock { _ in
      for slot in 0..<Self.limit {
        guard let known = slots[slot], strcmp(known, bytes) == 0 else { continue }
        slots[slot] = nil
        free(known)
      }
    }
  }

  /// Deletes all of them; safe in a signal handler.
  func deleteAll() {
    for slot in 0..<Self.limit {
      if let path = slots[slot] { unlink(path) }
    }
  }

  /// From here on an interrupt, a hang-up or a request to end deletes them before it ends the program.
  package static func deleteOnSignals() {
    for number in [SIGINT, SIGHUP, SIGTERM] { end(on: number) }
  }

  /// Whether whoever started the program has a signal ignored.
  package static func isIgnored(_ number: Int32) -> Bool {
    var old = sigaction()
    sigaction(number, nil, &old)
    #if os(Linux)
      let handler = unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self)
    #else
      let handler = unsafeBitCast(old.__sigaction_u.__sa_handler, to: Int.self)
    #endif
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Lets one signal delete them and end the program, unless whoever started it has it ignored.
  package static func end(on number: Int32) {
    // Made now: a handler must not be the first to ask for it.
    _ = shared
    if isIgnored(number) { return }
    signal(number) { number in
      UnfinishedFiles.shared.deleteAll()
      signal(number, SIG_DFL)
      raise(number)
    }
  }
}
