/// A Sinkhorn divergence, and how it was reached.
public struct SinkhornResult: Codable, Sendable, Equatable {
  /// The divergence; without debiasing the regularised transport cost.
  public let value: Double
  /// The potential of the first cloud, less that of the cloud with itself where debiased.
  public let firstPotential: [Double]
  /// The same of the second cloud.
  public let secondPotential: [Double]
  /// How ε fell.
  public let schedule: SinkhornSchedule
  /// The final ε.
  public let epsilon: Double
  /// The diagonal of the clouds' common box.
  public let diameter: Double
  /// How many rounds were made.
  public let iterations: Int
  /// How far the plan's marginals are from the weights: the sum of absolute errors, the largest over the problems that
  /// were solved; nil where it was not measured.
  public let marginalError: Double?
  /// Whether that is within the tolerance; nil for a schedule without one.
  public let isConverged: Bool?
  /// Whether the costs were kept in memory.
  public let isStored: Bool

  init(
    value: Double, firstPotential: [Double], secondPotential: [Double], schedule: SinkhornSchedule,
    epsilon: Double, diameter: Double, iterations: Int, marginalError: Double?, isConverged: Bool?,
    isStored: Bool
  ) {
    self.value = value
    self.firstPotential = firstPotential
    self.secondPotential = secondPotential
    self.schedule = schedule
    self.epsilon = epsilon
    self.diameter = diameter
    self.iterations = iterations
    self.marginalError = marginalError
    self.isConverged = isConverged
    self.isStored = isStored
  }

  /// All points in one place: nothing is carried.
  static func coincident(
    _ problem: TransportProblem, schedule: SinkhornSchedule, blur: Double
  ) -> SinkhornResult {
    SinkhornResult(
      value: 0, firstPotential: [Double](repeating: 0, count: problem.first.count),
      secondPotential: [Double](repeating: 0, count: problem.second.count), schedule: schedule,
      epsilon: problem.cost == .distance ? blur : blur * blur, diameter: 0, iterations: 0, marginalError: 0,
      isConverged: schedule.isConverged ? true : nil, isStored: true)
  }
}
