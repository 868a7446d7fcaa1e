public import CMCPrimitives

/// Why clouds of points cannot be compared.
public enum TransportError: DescribedError, Equatable {
  /// A cloud without points.
  case noPoints(cloud: String)
  /// The numbers are not a whole number of points.
  case ragged(cloud: String, numbers: Int, dimension: Int)
  /// The clouds lie in different spaces.
  case dimensionsDiffer(Int, Int)
  /// A coordinate is not a number or not finite.
  case notFinite(cloud: String, point: Int, coordinate: Int)
  /// Coordinates so large that squared distances overflow.
  case tooLarge(cloud: String, point: Int)
  /// As many weights as points are needed.
  case weightCount(cloud: String, weights: Int, points: Int)
  /// A weight is negative or not finite, or all are 0.
  case badWeight(cloud: String, point: Int)
  /// A blur or tolerance that is not a positive number.
  case notPositive(name: String, value: Double)
  /// With this blur the divergence is lost in rounding.
  case outOfRange(blur: Double)
  /// Exact transport is solved as an assignment, which needs equally many points.
  case sizesDiffer(Int, Int)
  /// Exact transport is solved for points of equal weight.
  case weighted(cloud: String)
  /// More points than the assignment is solved for.
  case tooManyPoints(Int, limit: Int)

  /// What is wrong, and where.
  public var description: String {
    switch self {
    case .noPoints(let cloud): "the \(cloud) cloud has no points"
    case .ragged(let cloud, let numbers, let dimension):
      "the \(cloud) cloud has \(numbers) numbers, which are not points of \(dimension) coordinates"
    case .dimensionsDiffer(let first, let second):
      "the points have \(first) coordinates in the first cloud, \(second) in the second"
    case .notFinite(let cloud, let point, let coordinate):
      "\(cloud) cloud, point \(point), coordinate \(coordinate): not a finite number"
    case .tooLarge(let cloud, let point): "\(cloud) cloud, point \(point): too far away to square"
    case .weightCount(let cloud, let weights, let points):
      "the \(cloud) cloud has \(points) points and \(weights) weights"
    case .badWeight(let cloud, let point):
      "\(cloud) cloud, weight of point \(point): weights must not be negative, and not all 0"
    case .notPositive(let name, let value): "\(name) is \(value); it must be a positive number"
    case .outOfRange(let blur):
      "a blur of \(blur) is so far from the size of these clouds that rounding leaves nothing of the divergence"
    case .sizesDiffer(let first, let second):
      "exact transport is solved for clouds of equal size; these have \(first) and \(second) points"
    case .weighted(let cloud): "exact transport is solved for equal weights; the \(cloud) cloud has its own"
    case .tooManyPoints(let count, let limit):
      "exact transport is solved for up to \(limit) points; there are \(count)"
    }
  }

  /// What to do.
  public var hint: String? {
    switch self {
    case .sizesDiffer, .weighted, .tooManyPoints:
      "the Sinkhorn divergence with --schedule converged is near it"
    case .outOfRange: "choose one nearer to the distances between the points"
    default: nil
    }
  }
}
