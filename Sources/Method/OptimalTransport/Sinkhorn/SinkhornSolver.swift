package import CMCPrimitives

/// Computes Sinkhorn divergences.
///
/// Source: Feydy et al., "Interpolating between Optimal Transport and MMD using Sinkhorn Divergences" (2019); the annealing
/// of ``SinkhornSchedule/geomloss`` is that of GeomLoss 0.3.1.
package struct SinkhornSolver: Sendable {
  /// The length below which points count as one; the final ε is its power p.
  package var blur = 0.01
  /// How ε falls, and when the iteration ends.
  package var schedule = SinkhornSchedule.geomloss
  /// Whether ½ OT(a, a) and ½ OT(b, b) are taken off.
  package var debias = true
  /// How many bytes of costs are kept; beyond that they are computed anew for each use.
  package var memoryLimit = 2 << 30
  /// How many threads compute; the result does not depend on it.
  package var threads = defaultThreadCount
  /// The instruction set of the kernels.
  package var isa = KernelISA.current

  /// The settings of the paper: blur 0.01, GeomLoss's schedule, debiased.
  package init() {}

  /// Solves a problem.
  ///
  /// - Throws: ``TransportError/notPositive(name:value:)`` for settings that make no sense.
  /// - Complexity: O((n + m)²) for each of about log₂(diameter / blur) steps of ε; memory as ``memoryLimit`` says.
  package func solve(_ problem: TransportProblem) throws(TransportError) -> SinkhornResult {
    guard blur > 0, blur.isFinite else { throw .notPositive(name: "blur", value: blur) }
    if case .converged(let tolerance, _) = schedule, !(tolerance > 0) {
      throw .notPositive(name: "the tolerance", value: tolerance)
    }
    let diameter = problem.diameter
    guard diameter > 0 else { return .coincident(problem, schedule: schedule, blur: blur) }
    let scales = EpsilonSchedule(diameter: diameter, blur: blur, exponent: problem.cost.exponent)
    // Beyond these, differences of costs and ε are lost in each other's rounding.
    let share = scales.last / scales.values[0]
    guard scales.last.isNormal, share.isFinite, (1e-13...1e10).contains(share) else {
      throw .outOfRange(blur: blur)
    }
    let run = SinkhornRun(problem, self)
    run.begin(scales.values[0])
    for epsilon in scales.values { run.step(epsilon) }
    var iterations = scales.values.count + 1
    var isConverged: Bool?
    if case .converged(let tolerance, let limit) = schedule {
      repeat {
        run.alternate(scales.last)
        iterations += 1
      } while run.marginalError > tolerance && iterations < limit
      isConverged = run.marginalError <= tolerance
    } else {
      run.finish(scales.last)
      iterations += 1
    }
    let value = run.value()
    guard value.isFinite else { throw .outOfRange(blur: blur) }
    return SinkhornResult(
      value: value, firstPotential: run.firstPotential, secondPotential: run.secondPotential,
      schedule: schedule, epsilon: scales.last, diameter: diameter, iterations: iterations,
      marginalError: isConverged == nil ? nil : run.marginalError, isConverged: isConverged,
      isStored: run.isStored)
  }
}

/// How ε falls to its final value, and when the iteration ends.
public enum SinkhornSchedule: Codable, Sendable, Equatable {
  /// GeomLoss's: one round for each ε, halved in blur, and one more at the end.
  case geomloss
  /// The same, and then rounds at the final ε until the marginals of the plan are met.
  ///
  /// tolerance: the sum of absolute errors of a marginal; maximumIterations: of all rounds.
  case converged(tolerance: Double = 1e-6, maximumIterations: Int = 1000)

  /// The name.
  public var name: String { self == .geomloss ? "geomloss" : "converged" }
  /// Whether it waits for the marginals.
  var isConverged: Bool { self != .geomloss }
}
