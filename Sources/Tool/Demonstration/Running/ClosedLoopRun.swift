internal import CMCEvaluation
internal import CMCFastJSON
internal import CMCHashing
internal import CMCLogitShift
internal import CMCPrimitives
internal import CMCResultCoding
package import CrossModelControl

/// Runs the closed loop over trained models: every system on held-out prompts, the comparisons, the shifts.
package struct ClosedLoopRun {
  /// The models.
  package var folder: ClosedLoopFolder
  /// The folder that results go to.
  package var output: String
  /// How many held-out prompts.
  package var prompts = 200
  /// Decides the prompts, the shuffled maps and the resamples.
  package var seed: UInt64 = 1
  /// Whether the folder may hold a demonstration of other settings or models, which is then written over.
  package var replaces = false
  /// Threads; no figure depends on their number.
  package var threads: Int

  /// A run over 200 prompts.
  package init(_ folder: ClosedLoopFolder, output: String, threads: Int) {
    (self.folder, self.output, self.threads) = (folder, output, threads)
  }

  /// Prompts whose shifts are compared.
  static let shiftPrompts = 40
  /// Tokens that an answer has at most; right ones have about twenty.
  static let maxTokens = 48
  /// Systems that the examples show.
  private static let shown: [ClosedLoopSystemID] = [
    .baseTwo, .deltaAloneMapped, .twoDelta, .loraTwo, .two(through: .shuffled1),
  ]

  /// Everything; each system's answers, the maps and the captured shifts go to the output's folder.
  ///
  /// - Throws: Errors of files and models; `CancellationError` where the observer asked for an end.
  package func run(observer: RunObserver = .silent) throws -> ClosedLoopResult {
    let progress = observer.progress
    let clock = ContinuousClock()
    let start = clock.now
    let digest = try digest()
    try requireSame(digest)
    let records = heldOut()
    let answers = records.map { $0.turns[0].response }
    let data = texts(records)
    try requireOwn(data)
    try FileRoles.shared.own(folder: output)
    removeEarlier()
    for file in [data.prompts, data.responses] { try writeResult(file.bytes, to: file.path) }
    let maps = try ClosedLoopMaps(folder, to: output, seed: seed, threads: threads)
    let systems = ClosedLoopSystem.all(folder.has)
    let files = try evaluate(systems + ClosedLoopSystem.sweep, data: data.prompts.path, maps, observer)
    let resampling = Resampling(seed: seed)
    var rows = constants(records)
    for system in systems {
      guard let file = files[system.id], let row = try row(system, file, answers, maps) else {
        continue
      }
      rows.append(row)
    }
    progress.progress("shifts", done: 0, total: 1)
    let shifts = try ClosedLoopShifts(folder: folder, output: output, threads: threads).compare(
      records: records.prefix(Self.shiftPrompts).map { $0.turns[0] }, seed: seed, observer: observer)
    let comparisons = compare(files, resampling)
    var result = ClosedLoopResult(
      tool: CrossModelControlVersion.tool, models: folder.path, worldSeed: folder.worldSeed, seed: seed,
      prompts: prompts,
      alignment: maps.alignment(.pmMined), answers: try maps.placed(.pmMined, answers), systems: rows,
      comparisons: comparisons, sweep: sweep(files, answers), shifts: shifts, claims: [],
      examples: examples(files, records), seconds: 0, peakMemory: 0)
    let matches = files.mapValues { $0.items.map { $0.isExactMatch == true ? 1.0 : 0 } }
    let keys = answers.map { TaskARecord($0)?.key ?? "" }
    result.beyond = ClosedLoopUser.allCases.compactMap { user in
      ClosedLoopResult.Beyond(
        user, steerings: ClosedLoopSystem.steerings(of: user),
        others: ClosedLoopSystem.besideLimits(of: user), matches: matches, keys: keys)
    }
    let claims = ClosedLoopClaims(result, matches: matches, resampling: resampling)
    (result.loraShare, result.claims) = (claims.loraShare, claims.all)
    result.run = digest
    result.seconds = (clock.now - start) / .seconds(1)
    result.peakMemory = peakMemory()
    return result
  }

  /// The digest of the models and all settings.
  private func digest() throws -> String {
    var parts = ["\(seed)", "\(prompts)", "\(folder.worldSeed)"]
    for name in namesInFolder(folder.path).sorted() {
      for file in ["model.safetensors", "adapter_model.safetensors"] {
        let path = "\(folder.path)/\(name)/\(file)"
        if fileExists(path) { parts += [name, try FileIdentity(path).sha256] }
      }
    }
    return String(SHA256Digest(hashing: Array(parts.joined(separator: "\n").utf8)).hex.prefix(16))
  }

  /// Makes sure that what an earlier demonstration left in the folder is of the same models and settings, or may go.
  ///
  /// - Throws: `FileError` with ``OutputConflict/otherInputs``.
  private func requireSame(_ digest: String) throws {
    let path = "\(output)/demo.json"
    guard !replaces, holdsSomething(path) else { return }
    let bytes = try readFile(path, limit: 1 << 31, isOwn: true)
    let earlier = try? ResultCoding.decode(ClosedLoopResult.self, from: bytes)
    let isSame =
      earlier.map { earlier in
        earlier.run.map { $0 == digest }
          ?? (earlier.seed == seed && earlier.prompts == prompts && earlier.worldSeed == folder.worldSeed)
      } ?? false
    if !isSame { throw FileError(path: path, underlying: OutputConflict.otherInputs) }
  }

  /// Makes sure that nothing in the folder that would be written over is somebody else's.
  ///
  /// Texts cannot say who wrote them: an earlier demonstration's lie beside its result, those of one that was broken off are
  /// the same again.
  ///
  /// - Throws: `FileError` with ``OutputConflict/exists``.
  private func requireOwn(_ data: Texts) throws {
    guard !replaces else { return }
    let marked =
      ["shifts.json"] + ClosedLoopMap.allCases.map { "maps/\($0.rawValue).json" }
      + ClosedLoopSystem.ids.map { "evaluations/\($0.rawValue).json" }
    for name in marked { try prepareOutputs("\(output)/\(name)", form: .marked(kind: nil)) }
    if holdsSomething("\(output)/demo.json") { return }
    for file in [data.prompts, data.responses] where holdsSomething(file.path) {
      guard let found = try? readFile(file.path, isOwn: true), found == file.bytes else {
        throw FileError(path: file.path, underlying: OutputConflict.exists)
      }
    }
  }

  /// Takes away what an earlier demonstration left in the folder, so that a run that is broken off leaves no mixture of both.
  private func removeEarlier() {
    for name in ["demo.json", "demo.html", "shifts.json"] { removeFile("\(output)/\(name)") }
    for id in ClosedLoopSystem.ids { removeFile("\(output)/evaluations/\(id.rawValue).json") }
  }

  /// Questions about people whose names are in no training text, drawn anew for the seed.
  private func heldOut() -> [ClosedLoopText.Record] {
    var text = ClosedLoopText(
      worldSeed: folder.worldSeed, seed: folder.worldSeed &* 1_000_003 &+ 1_000 &+ seed, part: .test)
    return (0..<prompts).map { _ in text.taskA() }
  }

  /// What the models are asked, and the right answers, as files.
  private typealias Texts = (
    prompts: (path: String, bytes: [UInt8]), responses: (path: String, bytes: [UInt8])
  )

  private func texts(_ records: [ClosedLoopText.Record]) -> Texts {
    var (prompts, responses): ([UInt8], [UInt8]) = ([], [])
    for record in records {
      var json = JSONWriter(.compact)
      record.write(&json)
      prompts += json.bytes
      var response = JSONWriter(.compact)
      response.object { $0.member("response", record.turns[0].response) }
      response.endLine()
      responses += response.bytes
    }
    return (("\(output)/prompts.jsonl", prompts), ("\(output)/responses.jsonl", responses))
  }

  // MARK: - Systems

  /// Evaluates systems, several at a time, and writes what each gave.
  private func evaluate(
    _ systems: [ClosedLoopSystem], data: String, _ maps: ClosedLoopMaps, _ observer: RunObserver
  ) throws -> [ClosedLoopSystemID: EvaluationFile] {
    let found = Guarded<[ClosedLoopSystemID: EvaluationFile]>([:])
    let stage = "systems"
    observer.progress.progress(stage, done: 0, total: systems.count)
    try parallelFor(systems.count, chunk: 1, threads: threads) { range in
      for system in systems[range] {
        let file = try evaluator(system, data: data, maps).evaluate(
          observer: RunObserver(isCancelled: observer.isCancelled))
        if observer.isCancelled() { throw CancellationError() }
        try writeResult(
          file.encoded(tool: CrossModelControlVersion.tool),
          to: "\(output)/evaluations/\(system.id.rawValue).json")
        let done = found.withLock {
          $0[system.id] = file
          return $0.count
        }
        observer.progress.progress(stage, done: done, total: systems.count)
      }
    }
    return found.withLock { $0 }
  }

  private func evaluator(
    _ system: ClosedLoopSystem, data: String, _ maps: ClosedLoopMaps
  ) throws -> Evaluator {
    var configuration = SteeringConfiguration(user: .path(folder.model(system.model)))
    configuration.template = folder.template(system.user)
    if let delta = system.delta {
      configuration.deltas = [
        .init(.path(folder.model(delta)), map: system.map.map { .path(maps.path($0)) })
      ]
      configuration.deltaTemplate = folder.template(.one)
      configuration.alpha = Float(system.alpha)
    }
    configuration.userVoice = system.isDeltaAlone ? .isSilent : .speaks
    configuration.computing = Computing(threads: 1)
    var evaluator = try Evaluator(try SteeredModel(configuration), data: data)
    evaluator.maxTokens = Self.maxTokens
    evaluator.seed = seed
    return evaluator
  }

  private func row(
    _ system: ClosedLoopSystem, _ file: EvaluationFile, _ answers: [String], _ maps: ClosedLoopMaps
  ) throws -> ClosedLoopResult.System? {
    guard let scores = Self.scores(file, answers) else { return nil }
    var row = ClosedLoopResult.System(
      id: system.id, title: system.title,
      user: system.isDeltaAlone || system.group == .alone ? nil : system.user,
      group: system.group, alpha: system.delta == nil ? nil : system.alpha, map: system.map?.title,
      scores: scores)
    row.accuracy = file.summary.metrics.first { $0.name == "accuracy" }?.estimate
    let tokens = file.items.reduce(0) { $0 + $1.score.tokens }
    row.loss = -file.items.reduce(0) { $0 + $1.score.logProbability } / Double(max(1, tokens))
    row.placed = try system.map.map { try maps.placed($0, answers) }
    row.seconds = file.seconds
    row.tokensPerSecond = file.tokensPerSecond
    row.weightBytes = folder.weightBytes(
      (system.isDeltaAlone ? [] : [system.model]) + (system.delta.map { [$0] } ?? []))
    return row
  }

  private static func scores(_ file: EvaluationFile, _ answers: [String]) -> ClosedLoopResult.Scores? {
    ClosedLoopResult.Scores(
      file.items.map { ($0.generated ?? "", $0.isEnded ?? false) }, references: answers)
  }

  /// What needs no model: the first prompt's answer to every prompt, and the prompt itself.
  private func constants(_ records: [ClosedLoopText.Record]) -> [ClosedLoopResult.System] {
    let answers = records.map { $0.turns[0].response }
    let same = answers.map { _ in (answers[0], true) }
    let copied = records.map { ($0.turns[0].prompt, true) }
    let rows: [(ClosedLoopSystemID, String, [(String, Bool)])] = [
      (.constant, "the same answer every time", same), (.copied, "the prompt, copied", copied),
    ]
    return rows.compactMap { id, title, given in
      ClosedLoopResult.Scores(given, references: answers).map {
        ClosedLoopResult.System(
          id: id, title: title, user: nil, group: .baseline, alpha: nil, map: nil, scores: $0)
      }
    }
  }

  // MARK: - Comparisons

  private func compare(
    _ files: [ClosedLoopSystemID: EvaluationFile], _ resampling: Resampling
  ) -> [ClosedLoopResult.Comparison] {
    ClosedLoopClaims.pairs.compactMap { better, worse in
      guard let first = files[better], let second = files[worse],
        let comparison = EvaluationComparison(
          second.items, first.items, metric: "exact_match", resampling: resampling)
      else { return nil }
      return ClosedLoopResult.Comparison(
        better: better, worse: worse, difference: comparison.difference, wins: comparison.wins,
        losses: comparison.losses)
    }
  }

  private func sweep(
    _ files: [ClosedLoopSystemID: EvaluationFile], _ answers: [String]
  ) -> [ClosedLoopResult.SweepPoint] {
    let alphas = [0, 1] + ClosedLoopSystem.sweep.map(\.alpha)
    return Set(alphas).sorted().compactMap { alpha in
      func score(_ user: ClosedLoopUser) -> Estimate? {
        files[.at(alpha, user)].flatMap { Self.scores($0, answers) }?.exactMatch
      }
      guard let one = score(.one), let two = score(.two) else { return nil }
      return ClosedLoopResult.SweepPoint(alpha: alpha, one: one, two: two)
    }
  }

  private func examples(
    _ files: [ClosedLoopSystemID: EvaluationFile], _ records: [ClosedLoopText.Record]
  ) -> [ClosedLoopResult.Example] {
    records.prefix(8).enumerated().map { index, record in
      ClosedLoopResult.Example(
        prompt: record.turns[0].prompt, answer: record.turns[0].response,
        answers: Self.shown.compactMap { id in
          files[id]?.items[index].generated.map {
            ClosedLoopResult.Answer(
              system: id, text: $0, isRight: files[id]?.items[index].isExactMatch == true)
          }
        })
    }
  }
}
