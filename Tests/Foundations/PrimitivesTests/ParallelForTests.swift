import CMCPrimitives
import Synchronization
import Testing

@Suite struct ParallelForTests {
  struct Stop: Error {}

  @Test(arguments: [1, 2, 7]) func everyIndexOnce(_ threads: Int) throws {
    for count in [0, 1, 99, 1000] {
      #expect(
        try parallelMap(count: count, chunk: 7, threads: threads) { $0 * 3 } == (0..<count).map { $0 * 3 })
    }
  }

  @Test(arguments: [1, 2, 7]) func anErrorComesOut(_ threads: Int) {
    #expect(throws: Stop.self) {
      try parallelFor(1000, chunk: 10, threads: threads) { if $0.contains(500) { throw Stop() } }
    }
  }
}
