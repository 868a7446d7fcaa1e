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
  /// Addresses of C strings, 0 for none: a signal handler may neither allocate nor wait for a lock.
  private let slots = UnsafeMutablePointer<Atomic<UInt>>.allocate(capacity: limit)

  init() {
    for slot in 0..<Self.limit { (slots + slot).initialize(to: Atomic(0)) }
  }

  deinit {
    for slot in 0..<Self.limit { free(string(slot)) }
    slots.deinitialize(count: Self.limit)
    slots.deallocate()
  }

  private func string(_ slot: Int) -> UnsafeMutablePointer<CChar>? {
    UnsafeMutablePointer(bitPattern: slots[slot].load(ordering: .acquiring))
  }

  /// Keeps track of a file.
  ///
  /// - Returns: Its place, for ``remove(_:)``; nil where there is none left.
  func add(_ path: String) -> Int? {
    guard let copy = strdup(pathBytes(path)) else { return nil }
    let address = UInt(bitPattern: copy)
    let place = (0..<Self.limit).first { slot in
      slots[slot].compareExchange(expected: 0, desired: address, ordering: .acquiringAndReleasing).exchanged
    }
    if place == nil { free(copy) }
    return place
  }

  /// The file of a place has its name now, or is gone; once for each place that was given.
  func remove(_ place: Int) {
    free(UnsafeMutablePointer<CChar>(bitPattern: slots[place].exchange(0, ordering: .acquiringAndReleasing)))
  }

  /// Deletes all of them; safe in a signal handler.
  func deleteAll() {
    for slot in 0..<Self.limit {
      if let path = string(slot) { unlink(path) }
    }
  }

  /// From here on an interrupt, a hang-up or a request to end deletes them before it ends the program.
  package static func deleteOnSignals() {
    for number in [SIGINT, SIGHUP, SIGTERM, SIGQUIT] { end(on: number) }
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
