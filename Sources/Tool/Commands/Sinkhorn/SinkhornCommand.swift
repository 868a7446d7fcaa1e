internal import ArgumentParser
internal import CMCFastJSON
internal import CMCOptimalTransport
internal import CMCPrimitives
internal import CrossModelControl

/// `cmc sinkhorn`: the Sinkhorn divergence of two clouds of points in files.
struct SinkhornCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sinkhorn",
    abstract: "Compute the Sinkhorn divergence, or exact transport, of two clouds of points.",
    discussion: """
      A and B are .npy, .npz, .safetensors or .pt files with a row for each point; FILE#NAME takes one array of several. \
      The cost is |x − y|²/2 for --p 2 and |x − y| for --p 1, and the final ε is the blur's power.

      --schedule geomloss is GeomLoss's fixed annealing, converged goes on until the marginals are met, exact solves the \
      assignment of points to points, without entropy, for clouds of equal size.

      EXAMPLES
        cmc sinkhorn a.npy b.npy --p 2 --blur 0.01 --schedule geomloss --json
        cmc sinkhorn shifts.npz#first shifts.npz#second --schedule converged \\
          --tolerance 1e-8
        cmc sinkhorn a.npy b.npy --schedule exact
      """)

  /// How the problem is solved.
  enum Schedule: String, ExpressibleByArgument, CaseIterable {
    case geomloss, converged, exact
  }

  @Argument(help: ArgumentHelp("The first cloud.", valueName: "A"))
  var first: String

  @Argument(help: ArgumentHelp("The second cloud.", valueName: "B"))
  var second: String

  @Option(help: ArgumentHelp("The exponent of the cost, 1 or 2.", valueName: "p"))
  var p = 2

  @Option(
    help: ArgumentHelp("The length below which points count as one (default: 0.01).", valueName: "length"))
  var blur: Double?

  @Option(help: "How ε falls, or exact for transport without entropy.")
  var schedule = Schedule.geomloss

  @Option(
    help: ArgumentHelp(
      "Weights of the first cloud: a file with one row or column. They are divided by their sum.",
      valueName: "file"))
  var firstWeights: String?

  @Option(help: ArgumentHelp("Weights of the second cloud, as those of the first.", valueName: "file"))
  var secondWeights: String?

  @Flag(help: "Give the regularised cost itself, without taking half of each cloud's own off.")
  var noDebias = false

  @Option(
    help: ArgumentHelp(
      "With converged: the sum of absolute errors of a marginal (default: 1e-06).", valueName: "error"))
  var tolerance: Double?

  @Option(help: ArgumentHelp("With converged: the most rounds (default: 1000).", valueName: "n"))
  var maxIterations: Int?

  @Option(
    help: ArgumentHelp("Keep so many MB of costs; beyond that they are computed anew.", valueName: "MB"))
  var memory = 2048

  @OptionGroup var threading: ThreadOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard p == 1 || p == 2 else { throw ValidationError("--p must be 1 or 2.") }
    let blur = blur ?? 0.01
    guard blur > 0, blur.isFinite else { throw ValidationError("--blur must be a positive number.") }
    let tolerance = tolerance ?? 1
    guard tolerance > 0, tolerance.isFinite else {
      throw ValidationError("--tolerance must be a positive number.")
    }
    guard maxIterations ?? 1 >= 1 else { throw ValidationError("--max-iterations must be at least 1.") }
    guard (0...1 << 30).contains(memory) else { throw ValidationError("--memory must be from 0 to 2^30.") }
    if schedule != .converged {
      try refuseIdle(
        "is for --schedule converged",
        ["tolerance": self.tolerance != nil, "max-iterations": maxIterations != nil])
    }
    if schedule == .exact {
      try refuseIdle(
        "is for transport with entropy: --schedule exact has none",
        ["blur": self.blur != nil, "no-debias": noDebias])
    }
  }

  func run() throws {
    var transport = CloudTransport()
    transport.cost = p == 1 ? .distance : .halfSquare
    transport.blur = blur ?? 0.01
    transport.debias = !noDebias
    transport.threads = threading.threads
    transport.memoryLimit = memory << 20
    transport.method =
      switch schedule {
      case .geomloss: .sinkhorn(.geomloss)
      case .converged:
        .sinkhorn(.converged(tolerance: tolerance ?? 1e-6, maximumIterations: maxIterations ?? 1000))
      case .exact: .exact
      }
    let outcome = try transport.solve(
      .init(first, weights: firstWeights), .init(second, weights: secondWeights))
    for (name, sum) in [("first", outcome.weightSums.first), ("second", outcome.weightSums.second)] {
      if let sum, abs(sum - 1) > 1e-6 {
        common.note("the weights of the \(name) cloud add up to \(sum), and were divided by it")
      }
    }
    var rows: [(key: String, value: Field)] = [("value", .number(outcome.value))]
    if let result = outcome.sinkhorn { rows += way(result) }
    rows += [
      ("schedule", .text(schedule.rawValue)), ("p", .integer(p)),
      ("first_points", .integer(outcome.firstCount)),
      ("second_points", .integer(outcome.secondCount)), ("dimension", .integer(outcome.dimension)),
    ]
    try common.show("\(outcome.value)", text: String(decoding: text(rows), as: UTF8.self), json: json(rows))
  }

  /// What the solver tells of its way to the value.
  private func way(_ result: SinkhornResult) -> [(key: String, value: Field)] {
    var rows: [(key: String, value: Field)] = [
      ("blur", .number(blur ?? 0.01)), ("epsilon", .number(result.epsilon)), ("debiased", .flag(!noDebias)),
      ("diameter", .number(result.diameter)), ("iterations", .integer(result.iterations)),
    ]
    if let error = result.marginalError, let isConverged = result.isConverged {
      rows += [("marginal_error", .number(error)), ("converged", .flag(isConverged))]
      if !isConverged {
        common.note(
          "after \(result.iterations) rounds the marginals are off by \(error); see --max-iterations")
      }
    }
    return rows
  }

  /// A value of the result.
  private enum Field {
    case number(Double)
    case integer(Int)
    case flag(Bool)
    case text(String)
  }

  private func json(_ rows: [(key: String, value: Field)]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.sinkhorn")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      for (key, value) in rows {
        switch value {
        case .number(let number): json.member(key, number)
        case .integer(let number): json.member(key, number)
        case .flag(let flag): json.member(key, flag)
        case .text(let text): json.member(key, text)
        }
      }
    }
    json.endLine()
    return json.bytes
  }

  private func text(_ rows: [(key: String, value: Field)]) -> [UInt8] {
    var table = TextTable([("", .left), ("", .left)])
    for (key, value) in rows {
      let shown =
        switch value {
        case .number(let number): "\(number)"
        case .integer(let number): "\(number)"
        case .flag(let flag): flag ? "yes" : "no"
        case .text(let text): text
        }
      table.add([key.replacing("_", with: " "), shown])
    }
    return Array(table.text().utf8)
  }
}
