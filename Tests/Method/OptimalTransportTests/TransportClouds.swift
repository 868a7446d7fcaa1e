import CMCOptimalTransport
import CMCPrimitives

/// The clouds of the golden file, by the same rules and random numbers as in Tests/Scripts/compare_sinkhorn.py.
struct TransportClouds {
  let first: PointCloud
  let second: PointCloud

  func problem(_ cost: TransportProblem.Cost) throws -> TransportProblem {
    try TransportProblem(first, second, cost: cost)
  }

  init(_ name: String) throws {
    var r = CloudGenerator(
      seed: name.unicodeScalars.enumerated().reduce(0) {
        $0 + UInt64($1.element.value) * UInt64($1.offset + 1)
      })
    var x: [Double]
    var y: [Double]
    var weights: ([Double], [Double])?
    let dimension: Int
    switch name {
    case "gaussian": (x, y, dimension) = (r.normal(200 * 10), r.normal(200 * 10), 10)
    case "heavy-tailed":
      (x, y, dimension) = (r.normal(150 * 6), r.normal(150 * 6), 6)
      let (a, b) = (r.uniform(150), r.uniform(150))
      for i in x.indices { x[i] /= 0.05 + a[i / 6] }
      for i in y.indices { y[i] /= 0.05 + b[i / 6] }
    case "paired":
      (x, dimension) = (r.normal(200 * 100), 100)
      y = zip(x, r.normal(200 * 100)).map { $0 + $1 * 0.125 }
    case "duplicated":
      (x, dimension) = (r.normal(120 * 8), 8)
      let few = r.normal(20 * 8)
      y = (0..<6).flatMap { _ in few }
    case "unequal": (x, y, dimension) = (r.normal(120 * 5), r.normal(75 * 5).map { $0 + 0.5 }, 5)
    case "one-point": (x, y, dimension) = (r.normal(4), r.normal(4), 4)
    case "one-to-many": (x, y, dimension) = (r.normal(4), r.normal(50 * 4), 4)
    case "identical":
      (x, dimension) = (r.normal(100 * 7), 7)
      y = x
    case "shifted":
      (x, dimension) = (r.normal(100 * 7), 7)
      y = x.map { $0 + 0.75 }
    case "zero-width":
      (x, y, dimension) = (r.normal(90 * 12), r.normal(90 * 12), 12)
      for i in x.indices where (3..<9).contains(i % 12) { (x[i], y[i]) = (0.25, 0.25) }
    case "offset":
      (x, dimension) = (r.normal(100 * 6).map { $0 + 4096 }, 6)
      y = r.normal(100 * 6).map { $0 + 4096 }
    case "line": (x, y, dimension) = (r.normal(100), r.normal(100).map { $0 * 2 }, 1)
    case "sparse":
      (x, y, dimension) = (r.normal(100 * 20), r.normal(100 * 20), 20)
      for (i, u) in r.uniform(2000).enumerated() where u < 0.875 { x[i] = 0 }
      for (i, u) in r.uniform(2000).enumerated() where u < 0.875 { y[i] = 0 }
    case "weighted":
      (x, y, dimension) = (r.normal(80 * 4), r.normal(60 * 4), 4)
      let a = r.uniform(80).map { $0 + 0.125 }
      weights = (a, r.uniform(60).map { $0 + 0.125 })
    case "tiny":
      (x, dimension) = (r.normal(60 * 3).map { $0 * 0.0009765625 }, 3)
      y = r.normal(60 * 3).map { $0 * 0.0009765625 }
    case "clusters":
      (x, y, dimension) = (r.normal(100 * 4), r.normal(100 * 4), 4)
      for i in 0..<50 * 4 { x[i] += 10 }
      for i in 0..<30 * 4 { y[i] += 10 }
    case "thousand": (x, y, dimension) = (r.normal(1000 * 16), r.normal(1000 * 16).map { $0 * 1.5 }, 16)
    case "large": (x, y, dimension) = (r.normal(1500 * 8), r.normal(1300 * 8).map { $0 + 0.25 }, 8)
    default: throw TransportError.noPoints(cloud: name)
    }
    first = try PointCloud(
      x, count: x.count / dimension, dimension: dimension, weights: weights?.0, name: "first")
    second = try PointCloud(
      y, count: y.count / dimension, dimension: dimension, weights: weights?.1, name: "second")
  }
}

/// Numbers that every language makes alike.
struct CloudGenerator {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
  mutating func uniform(_ count: Int) -> [Double] { (0..<count).map { _ in uniform() } }

  /// Sums of twelve uniform numbers, less six.
  mutating func normal(_ count: Int) -> [Double] {
    (0..<count).map { _ in
      var sum = uniform()
      for _ in 1..<12 { sum += uniform() }
      return sum - 6
    }
  }
}

/// Clouds without a name, for tests that have no golden values.
func randomCloud(_ count: Int, _ dimension: Int, seed: UInt64, shift: Double = 0) throws -> PointCloud {
  var r = CloudGenerator(seed: seed)
  return try PointCloud(
    r.normal(count * dimension).map { $0 + shift }, count: count, dimension: dimension, name: "random")
}
