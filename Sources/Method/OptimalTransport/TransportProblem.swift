/// Two clouds, and what it costs to carry mass from a point of one to a point of the other.
public struct TransportProblem: Sendable {
  /// The cost of a distance d.
  public enum Cost: Int, Sendable, CaseIterable {
    /// d.
    case distance = 1
    /// d²/2.
    case halfSquare = 2

    /// The exponent p.
    public var exponent: Int { rawValue }
  }

  /// The cloud whose mass is carried.
  public let first: PointCloud
  /// Where it is carried to.
  public let second: PointCloud
  /// The cost.
  public let cost: Cost

  /// Puts a problem together.
  ///
  /// - Throws: ``TransportError/dimensionsDiffer(_:_:)``.
  public init(_ first: PointCloud, _ second: PointCloud, cost: Cost = .halfSquare) throws(TransportError) {
    guard first.dimension == second.dimension else {
      throw .dimensionsDiffer(first.dimension, second.dimension)
    }
    self.first = first
    self.second = second
    self.cost = cost
  }

  /// The diagonal of the smallest box with sides along the axes that holds both clouds.
  ///
  /// - Complexity: O(points · dimension).
  public var diameter: Double {
    var sum = 0.0
    for coordinate in 0..<first.dimension {
      var (low, high) = (Double.infinity, -Double.infinity)
      for cloud in [first, second] {
        for point in 0..<cloud.count {
          let value = cloud.coordinates[point * cloud.dimension + coordinate]
          low = min(low, value)
          high = max(high, value)
        }
      }
      sum += (high - low) * (high - low)
    }
    return sum.squareRoot()
  }

  /// The coordinates of both clouds with the mean of all points taken off, which changes no distance but its rounding.
  var centred: (first: [Double], second: [Double]) {
    let dimension = first.dimension
    var mean = [Double](repeating: 0, count: dimension)
    for cloud in [first, second] {
      for point in 0..<cloud.count {
        for k in 0..<dimension { mean[k] += cloud.coordinates[point * dimension + k] }
      }
    }
    let count = Double(first.count + second.count)
    for k in 0..<dimension { mean[k] /= count }
    func shifted(_ cloud: PointCloud) -> [Double] {
      var result = cloud.coordinates
      for point in 0..<cloud.count {
        for k in 0..<dimension { result[point * dimension + k] -= mean[k] }
      }
      return result
    }
    return (shifted(first), shifted(second))
  }
}
