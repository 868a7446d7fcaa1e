import CMCPrimitives

/// Points in a space, with weights that add up to 1.
public struct PointCloud: Sendable, Equatable {
  /// The coordinates, point after point.
  public let coordinates: [Double]
  /// How many coordinates a point has; 0 is allowed, and puts all points in one place.
  public let dimension: Int
  /// How many points there are.
  public let count: Int
  /// A weight for each point, adding up to 1; nil where all are equal.
  public let weights: [Double]?
  /// What the weights added up to before they were divided by it; nil for equal ones.
  public let weightSum: Double?

  /// Checks and takes points.
  ///
  /// - Parameters:
  ///   - coordinates: count × dimension numbers, point after point.
  ///   - count: How many points there are.
  ///   - dimension: How many coordinates each has.
  ///   - weights: One a point, not negative; they are divided by their sum. Nil for equal ones.
  ///   - name: What errors call the cloud.
  /// - Throws: ``TransportError``.
  public init(
    _ coordinates: [Double], count: Int, dimension: Int, weights: [Double]? = nil, name: String
  ) throws(TransportError) {
    guard count > 0 else { throw .noPoints(cloud: name) }
    guard dimension >= 0, coordinates.count == count * dimension else {
      throw .ragged(cloud: name, numbers: coordinates.count, dimension: dimension)
    }
    for point in 0..<count {
      var square = 0.0
      for coordinate in 0..<dimension {
        let value = coordinates[point * dimension + coordinate]
        guard value.isFinite else { throw .notFinite(cloud: name, point: point, coordinate: coordinate) }
        square += value * value
      }
      // Twice the distance of two points must still have a square.
      guard square < 1e300 else { throw .tooLarge(cloud: name, point: point) }
    }
    self.coordinates = coordinates
    self.count = count
    self.dimension = dimension
    weightSum = weights?.reduce(0, +)
    self.weights = try weights.map { weights throws(TransportError) in
      guard weights.count == count else {
        throw .weightCount(cloud: name, weights: weights.count, points: count)
      }
      if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .badWeight(cloud: name, point: bad)
      }
      let sum = weights.reduce(0, +)
      guard sum > 0, sum.isFinite else { throw .badWeight(cloud: name, point: 0) }
      return weights.map { $0 / sum }
    }
  }

  /// The weight of a point.
  func weight(_ point: Int) -> Double { weights?[point] ?? 1 / Double(count) }

  /// The logarithms of the weights; −∞ for 0.
  var logWeights: [Double] {
    weights.map { $0.map(logarithm) } ?? [Double](repeating: -logarithm(Double(count)), count: count)
  }
}
