import CMCOptimalTransport
import CMCPrimitives
import Testing

@Suite("Sinkhorn divergences: closed forms and invariances")
struct SinkhornPropertyTests {
  private func solve(
    _ first: PointCloud, _ second: PointCloud, _ cost: TransportProblem.Cost = .halfSquare,
    _ change: (inout SinkhornSolver) -> Void = { _ in }
  ) throws -> SinkhornResult {
    var solver = SinkhornSolver()
    change(&solver)
    return try solver.solve(try TransportProblem(first, second, cost: cost))
  }

  @Test("Two points: their cost") func diracs() throws {
    let a = try PointCloud([1, 2, 3], count: 1, dimension: 3, name: "a")
    let b = try PointCloud([1, 6, 0], count: 1, dimension: 3, name: "b")
    #expect(abs(try solve(a, b).value - 12.5) < 1e-12)
    // GeomLoss takes the distance of a point to itself as 1e-4; where marginals are waited for it is 0.
    #expect(abs(try solve(a, b, .distance).value - (5 - 1e-4)) < 1e-9)
    #expect(abs(try solve(a, b, .distance) { $0.schedule = .converged() }.value - 5) < 1e-12)
  }

  @Test("A translation by t costs |t|²/2") func translation() throws {
    let x = try randomCloud(150, 6, seed: 1)
    let t = [0.5, -1, 0, 2, 0.25, 0]
    let moved = try PointCloud(
      x.coordinates.enumerated().map { $1 + t[$0 % 6] }, count: 150, dimension: 6, name: "moved")
    let wanted = t.reduce(0) { $0 + $1 * $1 } / 2
    for schedule in [SinkhornSchedule.geomloss, .converged()] {
      let value = try solve(x, moved) { $0.schedule = schedule }.value
      #expect(abs(value - wanted) < 1e-5 * wanted, "\(schedule.name)")
    }
  }

  @Test("A cloud and itself, in any order: 0") func permutation() throws {
    let x = try randomCloud(80, 5, seed: 2)
    let order = (0..<80).map { ($0 * 37) % 80 }
    let shuffled = try PointCloud(
      order.flatMap { point in (0..<5).map { x.coordinates[point * 5 + $0] } }, count: 80, dimension: 5,
      name: "shuffled")
    for cost in TransportProblem.Cost.allCases {
      #expect(try solve(x, x, cost).value == 0)
      #expect(abs(try solve(x, shuffled, cost).value) < 1e-9)
      let converged = try solve(x, x, cost) { $0.schedule = .converged() }
      #expect(converged.isConverged == true)
      #expect(abs(converged.value) < 1e-6)
    }
  }

  @Test("Either way the same") func symmetry() throws {
    let x = try randomCloud(70, 4, seed: 3)
    let y = try randomCloud(90, 4, seed: 4, shift: 0.3)
    for cost in TransportProblem.Cost.allCases {
      let (there, back) = (try solve(x, y, cost), try solve(y, x, cost))
      #expect(abs(there.value - back.value) < 1e-10)
      #expect(there.value > 0)
    }
  }

  @Test("All points in one place, or without coordinates: 0") func coincident() throws {
    let x = try PointCloud([1, 1, 1, 1], count: 2, dimension: 2, name: "x")
    let y = try PointCloud([1, 1], count: 1, dimension: 2, name: "y")
    #expect(try solve(x, y).value == 0)
    let none = try PointCloud([], count: 3, dimension: 0, name: "none")
    #expect(try solve(none, none).value == 0)
  }

  @Test("A point of weight 0 changes nothing; weights are divided by their sum") func weights() throws {
    let x = try PointCloud([0, 1, 5], count: 3, dimension: 1, weights: [2, 2, 0], name: "x")
    let two = try PointCloud([0, 1], count: 2, dimension: 1, name: "two")
    let y = try PointCloud([0.5, 3, 5], count: 3, dimension: 1, name: "y")
    // The box is the same, and so is the schedule.
    #expect(abs(try solve(x, y).value - (try solve(two, y).value)) < 1e-12)
  }

  @Test("Threads and memory do not change a bit; instruction sets only the last ones") func variants() throws
  {
    let x = try randomCloud(333, 9, seed: 5)
    let y = try randomCloud(270, 9, seed: 6, shift: 0.2)
    for cost in TransportProblem.Cost.allCases {
      let scalar = try solve(x, y, cost) { $0.isa = .scalar }
      for isa in KernelISA.available {
        let one = try solve(x, y, cost) { ($0.isa, $0.threads) = (isa, 1) }
        #expect(abs(one.value - scalar.value) <= 1e-12 * scalar.value, "\(isa)")
        for threads in [2, 7] {
          let other = try solve(x, y, cost) { ($0.isa, $0.threads) = (isa, threads) }
          #expect(other == one, "\(isa), \(threads) threads")
        }
        let blocked = try solve(x, y, cost) { ($0.isa, $0.memoryLimit) = (isa, 0) }
        #expect(!blocked.isStored && one.isStored)
        #expect(blocked.value == one.value, "\(isa), blocked")
        #expect(blocked.firstPotential == one.firstPotential)
        // Room for two of the four matrices.
        let partly = try solve(x, y, cost) { ($0.isa, $0.memoryLimit) = (isa, 2 * 333 * 270 * 8) }
        #expect(!partly.isStored)
        #expect(partly.value == one.value)
      }
    }
  }

  @Test("Converged: the marginals are met, and the value nears the exact one as the blur falls")
  func converged() throws {
    let x = try randomCloud(60, 3, seed: 7)
    let y = try randomCloud(60, 3, seed: 8, shift: 0.5)
    let problem = try TransportProblem(x, y)
    let exact = try ExactTransport().solve(problem).value
    var last = Double.infinity
    for blur in [1, 0.5, 0.25, 0.1] {
      let result = try solve(x, y) {
        $0.blur = blur
        $0.schedule = .converged(tolerance: 1e-5, maximumIterations: 50_000)
      }
      #expect(result.isConverged == true, "blur \(blur), error \(result.marginalError ?? -1)")
      #expect((result.marginalError ?? 1) <= 1e-5)
      let error = abs(result.value - exact)
      #expect(error < last)
      last = error
    }
    #expect(last < 0.01 * exact)
    let spent = try solve(x, y) { $0.schedule = .converged(tolerance: 1e-12, maximumIterations: 25) }
    #expect(spent.iterations == 25 && spent.isConverged == false && (spent.marginalError ?? 0) > 1e-12)
    #expect(try solve(x, y).marginalError == nil)
  }

  @Test("What cannot be solved is refused") func refusals() throws {
    #expect(throws: TransportError.noPoints(cloud: "x")) {
      try PointCloud([], count: 0, dimension: 2, name: "x")
    }
    #expect(throws: TransportError.ragged(cloud: "x", numbers: 3, dimension: 2)) {
      try PointCloud([1, 2, 3], count: 2, dimension: 2, name: "x")
    }
    #expect(throws: TransportError.notFinite(cloud: "x", point: 1, coordinate: 0)) {
      try PointCloud([1, .nan], count: 2, dimension: 1, name: "x")
    }
    #expect(throws: TransportError.tooLarge(cloud: "x", point: 0)) {
      try PointCloud([1e160], count: 1, dimension: 1, name: "x")
    }
    #expect(throws: TransportError.badWeight(cloud: "x", point: 1)) {
      try PointCloud([1, 2], count: 2, dimension: 1, weights: [1, -1], name: "x")
    }
    #expect(throws: TransportError.badWeight(cloud: "x", point: 0)) {
      try PointCloud([1, 2], count: 2, dimension: 1, weights: [0, 0], name: "x")
    }
    #expect(throws: TransportError.weightCount(cloud: "x", weights: 1, points: 2)) {
      try PointCloud([1, 2], count: 2, dimension: 1, weights: [1], name: "x")
    }
    let (one, two) = (try randomCloud(3, 2, seed: 1), try randomCloud(4, 3, seed: 1))
    #expect(throws: TransportError.dimensionsDiffer(2, 3)) { try TransportProblem(one, two) }
    #expect(throws: TransportError.notPositive(name: "blur", value: 0)) {
      try solve(one, one) { $0.blur = 0 }
    }
    #expect(throws: TransportError.sizesDiffer(3, 5)) {
      try ExactTransport().solve(try TransportProblem(one, try randomCloud(5, 2, seed: 1)))
    }
  }
}
