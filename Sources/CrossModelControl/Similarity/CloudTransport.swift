internal import CMCLinearAlgebra
internal import CMCLogitShift
public import CMCOptimalTransport
internal import CMCPrimitives

/// The transport between two clouds of points in files.
public struct CloudTransport: Sendable {
  /// A file with a row for each point; `FILE#NAME` takes one array of several.
  public struct Cloud: Sendable {
    /// The points.
    public var points: String
    /// Their weights, a file with one row or column; equal where nil.
    public var weights: String?

    /// A cloud in a file.
    public init(_ points: String, weights: String? = nil) { (self.points, self.weights) = (points, weights) }
  }

  /// How the problem is solved.
  public enum Method: Sendable, Equatable {
    /// With entropy, by a schedule.
    case sinkhorn(SinkhornSchedule)
    /// The assignment of points to points, for clouds of equal size.
    case exact
  }

  /// The value, and what the solver tells of its way there.
  public struct Outcome: Sendable {
    /// The divergence, or the cost of the best assignment.
    public let value: Double
    /// The solver's result; nil for ``Method/exact``.
    public let sinkhorn: SinkhornResult?
    /// Points of the first cloud.
    public let firstCount: Int
    /// Points of the second.
    public let secondCount: Int
    /// Coordinates of a point.
    public let dimension: Int
    /// What each cloud's weights added up to before they were divided by it; nil for equal ones.
    public let weightSums: (first: Double?, second: Double?)
  }

  /// What carrying a unit of weight from point to point costs.
  public var cost = TransportProblem.Cost.halfSquare
  /// How the problem is solved.
  public var method = Method.sinkhorn(.geomloss)
  /// The length below which points count as one; the final ε is its power.
  public var blur = 0.01
  /// Whether half of each cloud's own cost is taken off.
  public var debias = true
  /// How many bytes of costs are kept; beyond that they are computed anew.
  public var memoryLimit = 2 << 30
  /// Threads; the result does not depend on it.
  public var threads = defaultThreadCount

  /// The squared distance, GeomLoss's schedule and a blur of 0.01.
  public init() {}

  /// Reads both clouds and carries one to the other.
  ///
  /// - Throws: `FileError` naming the file, and what the solver throws for clouds that do not fit each other.
  public func solve(_ first: Cloud, _ second: Cloud) throws -> Outcome {
    try LinearAlgebraError.requireLibrary()
    let problem = try TransportProblem(
      try cloud(first, "first"), try cloud(second, "second"), cost: cost)
    var result: SinkhornResult?
    let value: Double
    switch method {
    case .exact:
      var solver = ExactTransport()
      solver.threads = threads
      value = try solver.solve(problem).value
    case .sinkhorn(let schedule):
      var solver = SinkhornSolver()
      solver.blur = blur
      solver.debias = debias
      solver.threads = threads
      solver.memoryLimit = memoryLimit
      solver.schedule = schedule
      let solved = try solver.solve(problem)
      (value, result) = (solved.value, solved)
    }
    return Outcome(
      value: value, sinkhorn: result, firstCount: problem.first.count, secondCount: problem.second.count,
      dimension: problem.first.dimension,
      weightSums: (problem.first.weightSum, problem.second.weightSum))
  }

  private func cloud(_ cloud: Cloud, _ name: String) throws -> PointCloud {
    let points = try LogitFile.matrix(at: cloud.points, integers: true)
    let weights = try cloud.weights.map { try LogitFile.matrix(at: $0, integers: true).doubles() }
    if let weights, weights.count != points.rows, let path = cloud.weights {
      throw FileError(
        path: path,
        underlying: TransportError.weightCount(cloud: name, weights: weights.count, points: points.rows))
    }
    do {
      return try PointCloud(
        points.doubles(), count: points.rows, dimension: points.columns, weights: weights, name: name)
    } catch {
      let path = if case .badWeight = error { cloud.weights ?? cloud.points } else { cloud.points }
      throw FileError(path: path, underlying: error)
    }
  }
}
