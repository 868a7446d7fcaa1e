internal import CMCPrimitives

/// What a body gives for 0 ..< count, several at a time, in that order.
///
/// - Parameter progress: Hears how many are done.
/// - Throws: What the body throws.
func mapInOrder<T: Sendable>(
  _ count: Int, threads: Int, progress: @Sendable (Int) -> Void = { _ in },
  _ body: @Sendable (Int) throws -> T
) throws -> [T] {
  // By number, because they end in any order and results must not depend on it.
  let results = Guarded<[Int: T]>([:])
  try parallelFor(count, chunk: 1, threads: threads) { range in
    for index in range {
      let result = try body(index)
      let done = results.withLock {
        $0[index] = result
        return $0.count
      }
      progress(done)
    }
  }
  let found = results.withLock { $0 }
  return (0..<count).compactMap { found[$0] }
}
