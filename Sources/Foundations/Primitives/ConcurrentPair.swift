/// Runs two independent pieces of work, at once where `threads` allows, and gives both results.
///
/// - Parameters:
///   - threads: With 1 the first runs before the second.
///   - first: Its error is the one thrown where both fail.
///   - second: The other work.
package func concurrently<First: Sendable, Second: Sendable>(
  threads: Int = defaultThreadCount, _ first: @Sendable () throws -> First,
  _ second: @Sendable () throws -> Second
) throws -> (First, Second) {
  let results = Guarded<(Result<First, any Error>?, Result<Second, any Error>?)>((nil, nil))
  try parallelFor(2, chunk: 1, threads: threads) { range in
    for side in range {
      if side == 0 {
        let result = Result(catching: first)
        results.withLock { $0.0 = result }
      } else {
        let result = Result(catching: second)
        results.withLock { $0.1 = result }
      }
    }
  }
  let (one, other) = results.withLock { $0 }
  guard let one, let other else { preconditionFailure("parallelFor ran both") }
  let value = try one.get()
  return (value, try other.get())
}
