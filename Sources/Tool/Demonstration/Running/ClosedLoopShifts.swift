internal import CMCAlignment
internal import CMCEvaluation
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCRecords
internal import CMCResultCoding
internal import CrossModelControl

/// How alike what tuning did to both users' logits is: each task's adapter on each user, over the same right answers.
struct ClosedLoopShifts {
  let folder: ClosedLoopFolder
  /// The folder of the result.
  let output: String
  let threads: Int

  /// The runs; the first one's tokens decide the steps.
  private static let runs = [
    (label: "one, task A", user: ClosedLoopUser.one, adapter: "lora-a-one", task: "A"),
    (label: "one, task B", user: .one, adapter: "lora-b-one", task: "B"),
    (label: "two, task A", user: .two, adapter: "lora-a-two", task: "A"),
    (label: "two, task B", user: .two, adapter: "lora-b-two", task: "B"),
  ]

  /// Captures all runs and compares every ordered pair; nil where an adapter is missing.
  ///
  /// - Parameters:
  ///   - records: Prompts with their right answers, which all runs follow.
  ///   - seed: Decides resamples and sign flips.
  /// - Throws: Errors of files and models; `CancellationError` where the observer asked for an end.
  func compare(
    records: [(prompt: String, response: String)], seed: UInt64, observer: RunObserver
  ) throws -> ClosedLoopResult.Shifts? {
    guard Self.runs.allSatisfy({ folder.has($0.adapter) }) else { return nil }
    var paths: [String] = []
    for run in Self.runs {
      let path = "\(output)/runs/\(run.user.rawValue)-\(run.task.lowercased())"
      let base = folder.model("base-\(run.user.rawValue)")
      // The first one's tokens decide the steps; the others follow its texts.
      let texts: CaptureConfiguration.Texts =
        paths.first.map { .following(run: $0) }
        ?? .responses(prompts: records.map(\.prompt), responses: records.map(\.response))
      var capture = CaptureConfiguration(
        base: base, tuned: base + "+" + folder.model(run.adapter), texts: texts, output: path)
      capture.baseTemplate = folder.template(run.user)
      capture.kept = .all
      (capture.label, capture.task) = (run.label, run.task)
      capture.computing.threads = threads
      removeRun(path)
      let outcome = try ModelCapture(capture, observer: RunObserver(isCancelled: observer.isCancelled)).run()
      guard outcome.isComplete else { throw CancellationError() }
      paths.append(path)
    }
    let captured = try paths.map { try CaptureRun(path: $0) }
    let matrix = try matrix(captured, seed: seed, shuffle: nil)
    try writeResult(try ResultCoding.encode(matrix), to: output + "/shifts.json")
    func means(_ measure: SimilarityMeasure) -> [[Double?]] {
      matrix.tables.first { $0.measure == measure }?.means ?? []
    }
    guard let sinkhorn = matrix.test, let cosine = matrix.cosineTest else { return nil }
    var shifts = ClosedLoopResult.Shifts(
      runs: Self.runs.map(\.label), cosine: means(.cosine), sinkhorn: means(.sinkhorn),
      prompts: matrix.prompts.count, cosineTest: .init(cosine), sinkhornTest: .init(sinkhorn))
    shifts.centred = means(.centredCosineDistance)
    shifts.centredTest = matrix.centredTest.map { .init($0) }
    shifts.meanShare = matrix.meanShares?.both
    let control = try self.matrix(captured, seed: seed, shuffle: seed)
    if let sinkhorn = control.test, let cosine = control.cosineTest {
      var shuffled = ClosedLoopResult.Shuffled(cosineTest: .init(cosine), sinkhornTest: .init(sinkhorn))
      shuffled.centredTest = control.centredTest.map { .init($0) }
      shifts.shuffled = shuffled
    }
    return shifts
  }

  /// Every ordered pair of runs, through the map or a shuffled one.
  private func matrix(_ runs: [CaptureRun], seed: UInt64, shuffle: UInt64?) throws -> SimilarityMatrix {
    var settings = SimilaritySettings()
    settings.seed = seed
    settings.shuffles = 0
    settings.heatMaps = 0
    let calculator = try SimilarityCalculator(settings, tool: CrossModelControlVersion.tool, threads: threads)
    let maps = try RunMaps(threads: threads)
    // The default across vocabularies, here for all pairs: one table has one rule.
    return try calculator.matrix(runs, rule: .tuned) { first, second in
      var map = try maps.map(first.description, second.description)
      if let shuffle, let known = map {
        map = (known.map.shuffled(seed: shuffle, keepsRoles: true), known.path)
      }
      return try RunPair(first, second, map: map)
    }
  }
}

/// Removes the files of a run that an earlier demonstration left: other models may have made it.
private func removeRun(_ path: String) {
  for name in namesInFolder(path)
  where name == "run.json" || name == "tokens.safetensors" || name.hasPrefix("prompt-") {
    removeFile("\(path)/\(name)")
  }
}

extension ClosedLoopResult.Test {
  /// The figures of a test.
  init(_ test: PairedTest) {
    self.init(
      same: test.sameMean, cross: test.crossMean, low: test.interval?.low, high: test.interval?.high,
      p: test.p)
  }
}
