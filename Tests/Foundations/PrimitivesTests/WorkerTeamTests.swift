import CMCPrimitives
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Work of microseconds on threads that wait for it.
@Suite struct WorkerTeamTests {
  /// Counts each index, and checks that no worker's number is in use twice at a time.
  private func check(count: Int, chunk: Int, threads: Int) {
    let counts = (0..<count).map { _ in Counter() }
    let busy = (0..<threads).map { _ in Counter() }
    parallelFor(
      count, chunk: chunk, threads: threads,
      byWorker: { worker, range in
        #expect(worker < threads && busy[worker].value.wrappingAdd(1, ordering: .relaxed).oldValue == 0)
        for index in range { counts[index].value.wrappingAdd(1, ordering: .relaxed) }
        busy[worker].value.wrappingSubtract(1, ordering: .relaxed)
      })
    #expect(counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
  }

  final class Counter: Sendable { let value = Atomic<Int>(0) }

  @Test(arguments: [1, 2, 3, 7]) func everyIndexOnce(_ threads: Int) {
    for round in 0..<500 { check(count: round % 41, chunk: 1 + round % 5, threads: threads) }
  }

  /// Pauses longer than workers look for work, and shorter ones.
  @Test func sleepingWorkersAreWoken() {
    for round in 0..<60 {
      usleep(UInt32(round % 6 * 300))
      check(count: 16, chunk: 1, threads: 2)
    }
  }

  @Test func callsWithinAndBesideOthersRunToo() throws {
    let total = Counter()
    parallelFor(
      8, chunk: 1, threads: 2,
      byWorker: { _, _ in
        parallelFor(
          50, chunk: 3, threads: 2,
          byWorker: { _, range in total.value.wrappingAdd(range.count, ordering: .relaxed) })
      })
    #expect(total.value.load(ordering: .relaxed) == 400)
    _ = try concurrently(
      threads: 2, { for _ in 0..<300 { self.check(count: 20, chunk: 2, threads: 2) } },
      { for _ in 0..<300 { self.check(count: 21, chunk: 2, threads: 2) } })
  }
}
