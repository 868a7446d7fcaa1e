internal import CMCPrimitives

/// Exact optimal transport between clouds of equally many points of equal weight: an assignment of points to points.
package struct ExactTransport: Sendable {
  /// The most points it is solved for; the time grows with their cube.
  package static let limit = 8192
  /// How many threads compute costs; the result does not depend on it.
  package var threads = defaultThreadCount

  /// A solver on all processors.
  package init() {}

  /// An assignment and its cost.
  package struct Result: Codable, Sendable, Equatable {
    /// The mean cost of an assigned pair: ½W₂² or W₁.
    package let value: Double
    /// For each point of the first cloud that of the second it goes to.
    package let assignment: [Int]
  }

  /// Whether a problem is one that ``solve(_:)`` takes.
  package static func canSolve(_ problem: TransportProblem) -> Bool { refusal(problem) == nil }

  /// Solves a problem.
  ///
  /// - Throws: ``TransportError/sizesDiffer(_:_:)``, ``TransportError/weighted(cloud:)``,
  ///   ``TransportError/tooManyPoints(_:limit:)``.
  /// - Complexity: O(n³) at worst, O(n²) memory.
  package func solve(_ problem: TransportProblem) throws(TransportError) -> Result {
    if let refusal = Self.refusal(problem) { throw refusal }
    let count = problem.first.count
    let costs = Self.costs(problem, threads: threads)
    let solver = costs.withUnsafeBufferPointer { AssignmentSolver($0, size: count) }
    var sum = 0.0
    for (row, column) in solver.columnOfRow.enumerated() { sum += costs[row * count + column] }
    return Result(value: sum / Double(count), assignment: solver.columnOfRow)
  }

  private static func refusal(_ problem: TransportProblem) -> TransportError? {
    let (n, m) = (problem.first.count, problem.second.count)
    if n != m { return .sizesDiffer(n, m) }
    if problem.first.weights != nil { return .weighted(cloud: "first") }
    if problem.second.weights != nil { return .weighted(cloud: "second") }
    return n > limit ? .tooManyPoints(n, limit: limit) : nil
  }

  /// All costs, from the coordinates' differences, which lose nothing.
  private static func costs(_ problem: TransportProblem, threads: Int) -> [Double] {
    let (count, dimension) = (problem.first.count, problem.first.dimension)
    let (x, y) = (problem.first.coordinates, problem.second.coordinates)
    let cost = problem.cost
    return [Double](unsafeUninitializedCapacity: count * count) { buffer, filled in
      nonisolated(unsafe) let out = buffer  // disjoint writes: each row once
      parallelFor(count, chunk: 16, threads: threads) { _, range in
        x.withUnsafeBufferPointer { x in
          y.withUnsafeBufferPointer { y in
            for row in range {
              for column in 0..<count {
                let square = squaredDistance(x, row * dimension, y, column * dimension, dimension)
                out[row * count + column] = cost == .distance ? square.squareRoot() : square / 2
              }
            }
          }
        }
      }
      filled = count * count
    }
  }

  private static func squaredDistance(
    _ x: UnsafeBufferPointer<Double>, _ i: Int, _ y: UnsafeBufferPointer<Double>, _ j: Int, _ dimension: Int
  ) -> Double {
    var sums = SIMD4<Double>.zero
    var k = 0
    while k + 4 <= dimension {
      let difference =
        SIMD4(x[i + k], x[i + k + 1], x[i + k + 2], x[i + k + 3])
        - SIMD4(y[j + k], y[j + k + 1], y[j + k + 2], y[j + k + 3])
      sums += difference * difference
      k += 4
    }
    var sum = sums.sum()
    while k < dimension {
      sum += (x[i + k] - y[j + k]) * (x[i + k] - y[j + k])
      k += 1
    }
    return sum
  }
}
