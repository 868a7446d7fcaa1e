internal import CMCOptimalTransport

extension MeasureValues {
  /// All measures of two clouds of shifts.
  init(_ clouds: ShiftClouds, _ centred: CentredClouds, _ settings: SimilaritySettings) throws {
    // Transport costs grow with the number of coordinates; divided by it, distances over more or fewer can be compared.
    let scale = Double(clouds.columns)
    try self.init(throughMap: clouds, centred, settings)
    let problem = try settings.problem(clouds, clouds.first, clouds.second)
    // Its time grows with the cube of the steps: long prompts go without.
    if ExactTransport.canSolve(problem) {
      var exact = ExactTransport()
      exact.threads = 1
      self.exact = try exact.solve(problem).value / scale
    }
    var sum = 0.0
    for i in clouds.first.indices { sum += abs(clouds.first[i] - clouds.second[i]) }
    meanAbsoluteDifference = sum / Double(max(1, clouds.first.count))
    cosine = Correlations.cosine(clouds.first, clouds.second)
    pearson = Correlations.pearson(clouds.first, clouds.second)
    spearman = Correlations.spearman(clouds.first, clouds.second)
    divergence = clouds.divergence / Double(clouds.steps)
  }

  /// The measures that are held against shuffled maps, and no others.
  init(
    throughMap clouds: ShiftClouds, _ centred: CentredClouds, _ settings: SimilaritySettings
  ) throws {
    self.init()
    let problem = try settings.problem(clouds, clouds.first, clouds.second)
    sinkhorn = try settings.solver.solve(problem).value / Double(clouds.columns)
    guard !centred.first.isEmpty, !centred.second.isEmpty else { return }
    centredCosineDistance = Correlations.cosineDistance(centred.first.values, centred.second.values)
    // Not divided by the columns: the length of a step is 1, however many there are.
    let unit = try settings.problem(clouds, centred.first.unitRows, centred.second.unitRows)
    centredUnitSinkhorn = try settings.solver.solve(unit).value
  }

  /// Which measures are held against shuffled maps.
  static let throughMaps: [SimilarityMeasure] = [.centredCosineDistance, .sinkhorn, .centredUnitSinkhorn]
}

/// Both models' shifts with each step's mean taken off.
struct CentredClouds {
  let first: CentredShifts
  let second: CentredShifts

  init(_ clouds: ShiftClouds) {
    first = CentredShifts(clouds.first, columns: clouds.columns, largest: clouds.largest.first)
    second = CentredShifts(clouds.second, columns: clouds.columns, largest: clouds.largest.second)
  }
}

extension SimilaritySettings {
  /// The solver, on one thread: prompts run side by side.
  var solver: SinkhornSolver {
    var solver = SinkhornSolver()
    solver.blur = blur
    solver.debias = debias
    solver.schedule = schedule == "converged" ? .converged() : .geomloss
    solver.threads = 1
    return solver
  }

  /// The transport between two clouds of as many steps and columns as those of a prompt.
  func problem(_ clouds: ShiftClouds, _ first: [Double], _ second: [Double]) throws -> TransportProblem {
    try TransportProblem(
      try PointCloud(first, count: clouds.steps, dimension: clouds.columns, name: "first"),
      try PointCloud(second, count: clouds.steps, dimension: clouds.columns, name: "second"),
      cost: exponent == 1 ? .distance : .halfSquare)
  }

  /// Checks what a caller put in.
  ///
  /// - Throws: ``LogitShiftError/badSetting(_:)``.
  public func validate() throws(LogitShiftError) {
    func require(_ holds: Bool, _ reason: String) throws(LogitShiftError) {
      if !holds { throw .badSetting(reason) }
    }
    try require(top >= 1, "the number of columns is \(top); it must be at least 1")
    try require(exponent == 1 || exponent == 2, "the exponent is \(exponent); it must be 1 or 2")
    try require(blur > 0 && blur.isFinite, "the blur is \(blur); it must be a positive number")
    try require(["geomloss", "converged"].contains(schedule), "the schedule '\(schedule)' is none")
    try require((1...1_000_000).contains(resamples), "the number of resamples must be from 1 to 1000000")
    try require((1...10_000_000).contains(draws), "the number of draws must be from 1 to 10000000")
    try require(level > 0 && level < 1, "the level is \(level); it must be between 0 and 1")
    try require((0...1000).contains(shuffles), "the number of shuffled maps must be from 0 to 1000")
    try require(heatMaps >= 0 && heatMapSteps >= 1, "counts must not be negative")
  }
}
