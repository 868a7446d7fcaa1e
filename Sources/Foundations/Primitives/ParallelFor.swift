import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body` over consecutive ranges of `0..<count` on up to `threads` threads, fewer where the system makes no more.
///
/// Every index is in exactly one range, so a body that writes only to places of its own indices is free of data races;
/// this is the package's only primitive for parallel work. Ranges are handed out from a counter, which evens out
/// uneven work. With one thread the body is called on the calling thread, in ascending order.
///
/// - Parameters:
///   - count: How many indices there are.
///   - chunk: The length of a range, the last one excepted.
///   - threads: The number of threads; see ``defaultThreadCount``.
///   - body: Called once a range.
/// - Throws: The first error a body threw; ranges not yet begun are then skipped.
package func parallelFor(
  _ count: Int, chunk: Int, threads: Int, _ body: @Sendable (Range<Int>) throws -> Void
) throws {
  let chunks = (count + chunk - 1) / chunk
  guard threads > 1, chunks > 1 else {
    for c in 0..<chunks { try body(c * chunk..<min(count, (c + 1) * chunk)) }
    return
  }
  let next = Atomic<Int>(0)
  let failure = Guarded<(any Error)?>(nil)
  onThreads(min(threads, chunks)) { _ in
    while true {
      let c = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard c < chunks, failure.withLock({ $0 == nil }) else { return }
      do {
        try body(c * chunk..<min(count, (c + 1) * chunk))
      } catch {
        failure.withLock { if $0 == nil { $0 = error } }
      }
    }
  }
  if let error = failure.withLock({ $0 }) { throw error }
}

/// Runs a body that cannot fail over consecutive ranges, and tells it which worker it runs on.
///
/// The number of the worker, below `threads`, is the body's to use for scratch memory: no two calls at the same time
/// have the same one. Everything else is as in ``parallelFor(_:chunk:threads:_:)``, without its bookkeeping of errors, and
/// on threads that wait for it: for work of some microseconds. A call from within another, or beside one on another
/// thread, runs on Dispatch, unless a limit may keep that from making threads, for which it would wait.
///
/// - Parameters:
///   - count: How many indices there are.
///   - chunk: The length of a range, the last one excepted.
///   - threads: The number of threads.
///   - body: Called once a range, with the worker and the range.
package func parallelFor(
  _ count: Int, chunk: Int, threads: Int, byWorker body: @Sendable (_ worker: Int, Range<Int>) -> Void
) {
  let chunks = (count + chunk - 1) / chunk
  guard threads > 1, chunks > 1 else {
    for c in 0..<chunks { body(0, c * chunk..<min(count, (c + 1) * chunk)) }
    return
  }
  if WorkerTeam.shared.run(count, chunk: chunk, threads: min(threads, chunks), body) { return }
  let next = Atomic<Int>(0)
  let takeRanges: @Sendable (Int) -> Void = { worker in
    while true {
      let c = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard c < chunks else { return }
      body(worker, c * chunk..<min(count, (c + 1) * chunk))
    }
  }
  if mayLackThreads {
    onThreads(min(threads, chunks), takeRanges)
  } else {
    DispatchQueue.concurrentPerform(iterations: min(threads, chunks), execute: takeRanges)
  }
}

/// Whether threads may not be made: the address space is limited, or there are few processes to come, or the team is not
/// whole.
private let mayLackThreads: Bool = {
  if addressSpaceLeft() != nil || !WorkerTeam.shared.isWhole { return true }
  var limit = rlimit()
  #if canImport(Glibc)
    let processes = __rlimit_resource_t(__RLIMIT_NPROC.rawValue)
  #else
    let processes = RLIMIT_NPROC
  #endif
  return getrlimit(processes, &limit) == 0 && limit.rlim_cur < 1024
}()

/// Fills an array of `count` elements in parallel, element `i` with `body(i)`.
///
/// - Complexity: One call of `body` an element.
package func parallelMap<T: Sendable>(
  count: Int, chunk: Int, threads: Int, _ body: @Sendable (Int) throws -> T
) throws -> [T] where T: BitwiseCopyable {
  try [T](unsafeUninitializedCapacity: count) { buffer, initialized in
    nonisolated(unsafe) let out = buffer  // disjoint writes: parallelFor gives each index to one body
    try parallelFor(count, chunk: chunk, threads: threads) { range in
      for i in range { out.initializeElement(at: i, to: try body(i)) }
    }
    initialized = count
  }
}
