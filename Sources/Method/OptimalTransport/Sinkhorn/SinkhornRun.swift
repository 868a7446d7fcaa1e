internal import CMCKernels
internal import CMCPrimitives

/// The potentials of one solution on their way.
final class SinkhornRun {
  /// Of mass going from the first cloud (f) to the second (g).
  private var f: [Double] = []
  private var g: [Double] = []
  /// Of each cloud with itself; empty without debiasing.
  private var own: (first: [Double], second: [Double]) = ([], [])
  private let problem: TransportProblem
  private let logFirst: [Double]
  private let logSecond: [Double]
  private let debias: Bool
  /// Costs from points of the first cloud to those of the second, and back.
  private let there: CostMatrix
  private let back: CostMatrix
  private let within: (first: CostMatrix, second: CostMatrix)?
  private let softmin: SoftMinimum
  /// The sum of absolute errors of a marginal, the largest of the problems; as the last round found it.
  private(set) var marginalError = Double.infinity

  init(_ problem: TransportProblem, _ solver: SinkhornSolver) {
    self.problem = problem
    debias = solver.debias
    let (x, y) = problem.centred
    let (n, m) = (problem.first.count, problem.second.count)
    // GeomLoss takes squared distances as 1e-8 at least where it takes their root.
    let floor = problem.cost == .distance && solver.schedule == .geomloss ? 1e-8 : 0
    func costs(_ a: [Double], _ b: [Double], _ rows: Int, _ columns: Int) -> CostMatrix {
      CostMatrix(
        a, b, dimension: problem.first.dimension, rows: rows, columns: columns, cost: problem.cost,
        floor: floor, isa: solver.isa)
    }
    there = costs(x, y, n, m)
    back = costs(y, x, m, n)
    within = solver.debias ? (costs(x, x, n, n), costs(y, y, m, m)) : nil
    var matrices = [there, back]
    if let within { matrices += [within.first, within.second] }
    var room = solver.memoryLimit
    var unstored = 0
    for matrix in matrices {
      if matrix.bytes <= room {
        room -= matrix.bytes
        matrix.store(threads: solver.threads)
      } else {
        unstored = max(unstored, matrix.scratchCount)
      }
    }
    isStored = unstored == 0
    softmin = SoftMinimum(threads: solver.threads, isa: solver.isa, scratchCount: unstored)
    logFirst = problem.first.logWeights
    logSecond = problem.second.logWeights
  }

  /// Whether all costs are kept in memory.
  let isStored: Bool

  /// The first potentials: from nothing but the weights.
  func begin(_ epsilon: Double) {
    var tasks = [
      SoftMinimum.Task(costs: there, logWeights: logSecond),
      SoftMinimum.Task(costs: back, logWeights: logFirst),
    ]
    if let within {
      tasks += [
        SoftMinimum.Task(costs: within.first, logWeights: logFirst),
        SoftMinimum.Task(costs: within.second, logWeights: logSecond),
      ]
    }
    setPotentials(softmin.compute(tasks, epsilon))
  }

  /// A round: all potentials from the old ones at once, averaged with them.
  func step(_ epsilon: Double) {
    let old = [f, g, own.first, own.second]
    setPotentials(zip(old, update(epsilon)).map { old, new in zip(old, new).map { 0.5 * ($0 + $1) } })
  }

  /// A round at the end of a schedule that waits for the marginals: f, then g from the new f; averages for the rest.
  ///
  /// Either way the plan's mass is 1 afterwards, so that the potentials' sum is a value of the dual problem.
  func alternate(_ epsilon: Double) {
    var tasks = [SoftMinimum.Task(costs: there, logWeights: logSecond, potential: g)]
    tasks += ownTasks()
    let first = softmin.compute(tasks, epsilon)
    var error = self.error(f, first[0], problem.first, epsilon)
    f = first[0]
    g = softmin.compute([SoftMinimum.Task(costs: back, logWeights: logFirst, potential: f)], epsilon)[0]
    if debias {
      error = max(error, self.error(own.first, first[1], problem.first, epsilon))
      error = max(error, self.error(own.second, first[2], problem.second, epsilon))
      own.first = zip(own.first, first[1]).map { 0.5 * ($0 + $1) }
      own.second = zip(own.second, first[2]).map { 0.5 * ($0 + $1) }
    }
    marginalError = error
  }

  /// The last round of GeomLoss: not averaged.
  func finish(_ epsilon: Double) { setPotentials(update(epsilon)) }

  /// The potentials' sums over the weights.
  func value() -> Double { mean(firstPotential, problem.first) + mean(secondPotential, problem.second) }

  /// f, less that of the first cloud with itself.
  var firstPotential: [Double] { debias ? zip(f, own.first).map { $0 - $1 } : f }
  /// g, less that of the second cloud with itself.
  var secondPotential: [Double] { debias ? zip(g, own.second).map { $0 - $1 } : g }

  private func update(_ epsilon: Double) -> [[Double]] {
    softmin.compute(
      [
        SoftMinimum.Task(costs: there, logWeights: logSecond, potential: g),
        SoftMinimum.Task(costs: back, logWeights: logFirst, potential: f),
      ] + ownTasks(), epsilon)
  }

  private func ownTasks() -> [SoftMinimum.Task] {
    guard let within else { return [] }
    return [
      SoftMinimum.Task(costs: within.first, logWeights: logFirst, potential: own.first),
      SoftMinimum.Task(costs: within.second, logWeights: logSecond, potential: own.second),
    ]
  }

  /// Potentials in the order of tasks: there, back, and each cloud with itself.
  private func setPotentials(_ potentials: [[Double]]) {
    f = potentials[0]
    g = potentials[1]
    if debias { own = (potentials[2], potentials[3]) }
  }

  /// The error of a marginal: the plan of a potential has exp((old − new) / ε) times the mass it should have.
  private func error(_ old: [Double], _ new: [Double], _ cloud: PointCloud, _ epsilon: Double) -> Double {
    var sum = 0.0
    for point in old.indices {
      sum += cloud.weight(point) * abs(exponential(min(700, (old[point] - new[point]) / epsilon)) - 1)
    }
    return sum
  }

  private func mean(_ values: [Double], _ cloud: PointCloud) -> Double {
    var sum = 0.0
    for point in values.indices where cloud.weight(point) > 0 { sum += cloud.weight(point) * values[point] }
    return sum
  }
}
