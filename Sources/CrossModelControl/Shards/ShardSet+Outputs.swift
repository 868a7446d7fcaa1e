public import CMCEvaluation
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCResultCoding

extension ShardSet {
  /// Joins the shards of a batch of prompts.
  ///
  /// - Parameters:
  ///   - output: Where the answers go: `.jsonl` for lines, anything else for AlpacaEval's array.
  ///   - replaces: Whether an output that is there already is written over.
  /// - Returns: How many prompts could not be done.
  /// - Throws: `FileError` with ``OutputError/exists`` where something else is there, or a ``ShardError``.
  @discardableResult
  public func joinOutputs(to output: String, replaces: Bool = false) throws -> Int {
    try refuse(output)
    if !replaces, holdsSomething(output) { return try finishedOutputs(output) }
    var file = try BatchOutput(output)
    var failed = 0
    try forEachItem { _, line in
      guard let root = try? JSONDocument(line).root, root["output"]?.string != nil else {
        throw ShardError.damaged("an item has no output")
      }
      if root["error"]?.string != nil { failed += 1 }
      try file.add(line)
    }
    try file.finish()
    return failed
  }

  /// How many prompts could not be done, where a file has all answers already.
  private func finishedOutputs(_ output: String) throws -> Int {
    var lines = try BatchOutput.answers(output)[...]
    var failed = 0
    try forEachItem { _, line in
      guard let known = lines.popFirst(), known.elementsEqual(line) else {
        throw FileError(path: output, underlying: OutputError.exists)
      }
      if BatchOutput.error(of: Array(line)) != nil { failed += 1 }
    }
    guard lines.isEmpty else { throw FileError(path: output, underlying: OutputError.exists) }
    return failed
  }

  /// Joins the shards of an evaluation: its figures are computed of all items, as one run does.
  ///
  /// What was taken in time is added up; the memory is that of the process that had most.
  ///
  /// - Parameter output: Where the file goes; one that is there is replaced.
  /// - Throws: `FileError` with a ``ShardError``.
  public func joinEvaluation(to output: String) throws -> EvaluationFile {
    try refuse(output)
    var items: [MeasuredItem] = []
    try forEachItem { items.append(try MeasuredItem(line: $1, number: $0 + 1)) }
    let contexts = try zip(paths, headers).map { path, header in
      try withFile(path) { try header.context(EvaluationShard.self) }
    }
    guard let context = contexts.first,
      let settings = try? ResultCoding.decode(EvaluationSettings.self, from: headers[0].settings),
      let mean = WrongAnswersMean(rawValue: settings.forgetMean)
    else { throw FileError(path: paths[0], underlying: ShardError.damaged("it does not say its settings")) }
    var file = EvaluationFile(
      items, system: context.system, data: context.data, seed: settings.seed,
      seconds: items.reduce(0) { $0 + $1.seconds },
      peakMemory: contexts.reduce(0) { max($0, $1.peakMemory) },
      reference: context.referenceRatios?.map(\.value), forgetMean: mean)
    file.run = try settings.run()
    try AtomicFile.write(
      file.encoded(tool: CrossModelControlVersion.tool, includesCost: context.reportsCost), to: output)
    return file
  }
}
