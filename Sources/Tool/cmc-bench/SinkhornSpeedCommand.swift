import ArgumentParser
import CMCLogitShift
import CMCOptimalTransport
import CMCPrimitives

/// `cmc-bench sinkhorn`: the Sinkhorn divergence and exact transport of large clouds.
struct SinkhornSpeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sinkhorn",
    abstract:
      "Time Sinkhorn divergences, of random clouds or of two files; Tests/Scripts/measure_sinkhorn.py sets GeomLoss beside."
  )

  @Option(help: "Points of each cloud.")
  var points = 5000

  @Option(help: "Coordinates of a point.")
  var dimension = 64

  @Option(help: "Files of two clouds instead of random ones.")
  var files: [String] = []

  @Option(help: "The blur.")
  var blur = 0.01

  @Option(help: "The exponent, 1 or 2.")
  var p = 2

  @Option(help: "Keep so many MB of costs.")
  var memory = 2048

  @Option(help: "How often it runs after a first time; the median is shown.")
  var runs = 3

  @Option(help: "Threads.")
  var threads = defaultThreadCount

  @Flag(help: "Time exact transport too.")
  var exact = false

  func run() throws {
    let clouds: [PointCloud]
    if files.count == 2 {
      clouds = try files.map { file in
        let matrix = try LogitFile.matrix(at: file)
        return try PointCloud(matrix.doubles(), count: matrix.rows, dimension: matrix.columns, name: file)
      }
    } else {
      clouds = try ([1, 2] as [UInt64]).map { seed in
        var generator = SeededGenerator(seed: seed)
        let numbers = (0..<points * dimension).map { _ in
          (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
        }
        return try PointCloud(numbers, count: points, dimension: dimension, name: "cloud \(seed)")
      }
    }
    let problem = try TransportProblem(clouds[0], clouds[1], cost: p == 1 ? .distance : .halfSquare)
    var solver = SinkhornSolver()
    solver.blur = blur
    solver.threads = threads
    solver.memoryLimit = memory << 20
    var value = 0.0
    let time = try Measurement("sinkhorn, \(threads) threads", runs: runs) {
      value = try solver.solve(problem).value
    }
    print(time.line)
    print("value \(value)")
    if exact {
      var solver = ExactTransport()
      solver.threads = threads
      let time = try Measurement("exact", runs: runs) { value = try solver.solve(problem).value }
      print(time.line)
      print("value \(value)")
    }
  }
}
