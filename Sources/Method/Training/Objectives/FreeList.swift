internal import Synchronization

/// Numbers of things of which each worker takes one for itself; there are as many as workers.
final class FreeList: Sendable {
  private let free: Mutex<[Int]>

  /// The numbers below `count`.
  init(count: Int) { free = Mutex(Array((0..<count).reversed())) }

  /// Takes a number; with more workers than numbers there would be none.
  func take() -> Int { free.withLock { $0.popLast() ?? 0 } }

  /// Gives it back.
  func give(_ index: Int) { free.withLock { $0.append(index) } }
}
