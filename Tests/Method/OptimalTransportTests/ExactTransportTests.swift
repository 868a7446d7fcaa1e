import CMCOptimalTransport
import CMCPrimitives
import Testing

@Suite("Exact transport")
struct ExactTransportTests {
  @Test("The least over all permutations") func bruteForce() throws {
    for seed in 0..<60 as Range<UInt64> {
      var r = CloudGenerator(seed: seed)
      let count = 1 + Int(seed % 7)
      // Every third time on a coarse grid, so that many costs are equal.
      let isCoarse = seed % 3 == 0
      func points() -> [Double] {
        r.normal(count * 2).map { isCoarse ? $0.rounded() : $0 }
      }
      let x = try PointCloud(points(), count: count, dimension: 2, name: "x")
      let y = try PointCloud(points(), count: count, dimension: 2, name: "y")
      for cost in TransportProblem.Cost.allCases {
        let result = try ExactTransport().solve(try TransportProblem(x, y, cost: cost))
        #expect(result.assignment.sorted() == Array(0..<count))
        #expect(abs(result.value - leastCost(x, y, cost)) < 1e-12)
      }
    }
  }

  @Test("Duplicated points, and a cloud and itself") func degenerate() throws {
    let x = try randomCloud(50, 3, seed: 1)
    #expect(try ExactTransport().solve(try TransportProblem(x, x, cost: .distance)).value == 0)
    let twice = try PointCloud(
      Array(x.coordinates[..<75]) + x.coordinates[..<75], count: 50, dimension: 3, name: "twice")
    #expect(try ExactTransport().solve(try TransportProblem(twice, twice)).value == 0)
  }

  @Test("Threads change nothing") func threads() throws {
    let problem = try TransportProblem(try randomCloud(150, 7, seed: 3), try randomCloud(150, 7, seed: 4))
    let results = try [1, 2, 7].map { threads in
      var solver = ExactTransport()
      solver.threads = threads
      return try solver.solve(problem)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  private func leastCost(_ x: PointCloud, _ y: PointCloud, _ cost: TransportProblem.Cost) -> Double {
    let count = x.count
    var least = Double.infinity
    var order = Array(0..<count)
    func visit(_ place: Int, _ sum: Double) {
      guard place < count else {
        least = min(least, sum / Double(count))
        return
      }
      for other in place..<count {
        order.swapAt(place, other)
        var square = 0.0
        for k in 0..<x.dimension {
          let difference =
            x.coordinates[place * x.dimension + k] - y.coordinates[order[place] * x.dimension + k]
          square += difference * difference
        }
        visit(place + 1, sum + (cost == .distance ? square.squareRoot() : square / 2))
        order.swapAt(place, other)
      }
    }
    visit(0, 0)
    return least
  }
}
