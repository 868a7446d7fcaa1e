#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A value that one thread at a time sees.
///
/// The lock is the system's, which sanitizers of threads know; the standard library's `Mutex` waits by itself, so that
/// they take every access that it guards for a race.
package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
  // Safe to share: `value` is touched under the lock alone, and nothing of it leaves but what a body returns.
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private var value: Value

  /// Guards a value.
  package init(_ value: consuming sending Value) {
    lock = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    self.value = value
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  /// Runs `body` on the value while no other thread can.
  ///
  /// - Parameter body: Must not ask for the same lock.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body(&value)
  }
}
