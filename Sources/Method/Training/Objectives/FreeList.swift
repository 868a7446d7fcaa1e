internal import CMCPrimitives

/// The numbers of things of which a worker needs one for itself, such as a session with its cache.
///
/// There are as many as workers, so that none has to wait.
final class FreeList: Sendable {
  private let free: Guarded<[Int]>

  /// The numbers below `count`.
  init(count: Int) { free = Guarded(Array((0..<count).reversed())) }

  /// A number that is the caller's own until it is released.
  func acquire() -> Int { free.withLock { $0.popLast() ?? 0 } }

  /// Lets another worker have it.
  func release(_ index: Int) { free.withLock { $0.append(index) } }
}
