internal import ArgumentParser
internal import CMCAlignment
internal import CMCEvaluation
internal import CMCLogitShift
internal import CMCPrimitives
internal import CrossModelControl

/// `cmc merge`: joins what commands that were given `--shard` wrote.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of a run into what one run would have written, byte for byte.",
    discussion: """
      generate --prompts, evaluate --data, capture, coverage and atlas take --shard k/n, k from 0 to n − 1, and do every \
      n-th item. Their outputs are the PARTs, in any order: files, of capture folders. All must be of one run: the same \
      models, maps, prompts, options and number of shards, by what each part says of itself; what is missing, there \
      twice or not finished is named, and nothing is written then. Means, intervals and counts are computed of all \
      items, not of the shards' own.

      OUT is what -o would be without --shard: .json or .jsonl for generate, the run's folder for capture, the beginning \
      of two names for atlas. A part is never written over.

      The cost in time that evaluate reports is that of all shards together; where the file must be the same to the \
      last byte, give evaluate --no-cost.

      EXAMPLES
        cmc generate --user m.gguf --prompts p.json --shard 0/2 -o 0.shard
        cmc generate --user m.gguf --prompts p.json --shard 1/2 -o 1.shard
        cmc merge outputs.json 0.shard 1.shard
        cmc merge runs/llama runs/llama.shards/*
      """)

  @Argument(help: ArgumentHelp("What is written.", valueName: "out"))
  var output: String

  @Argument(help: ArgumentHelp("All shards of one run.", valueName: "part"))
  var parts: [String]

  @Flag(help: "Exit with 2 where an item of the run could not be done, as the commands do with --strict.")
  var strict = false

  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if output.isEmpty { throw ValidationError("OUT must not be empty.") }
  }

  func run() throws {
    let observer = common.observer
    if parts.contains(where: RunShards.isRun) { return try joinRun(observer) }
    let shards = try ShardSet(parts)
    switch shards.kind {
    case .outputs:
      let failed = try shards.joinOutputs(to: output, replaces: replacing.force)
      try ShardRendering.joined(
        parts.count, output, "\(shards.total) outputs" + EvaluationRendering.errors(failed),
        ("outputs", shards.total), common)
      try common.end(failed: failed, of: shards.total, "prompts", isStrict: strict)
    case .evaluation:
      try prepareOutputs(output, form: .marked(kind: "evaluation"))
      let file = try shards.joinEvaluation(to: output)
      try ShardRendering.joined(
        parts.count, output, EvaluationRendering.line(file), ("items", file.items.count), common)
      try common.end(failed: file.failed, of: file.items.count, "records", isStrict: strict)
    case .coverage:
      try prepareOutputs(output, form: .marked(kind: "cmc.coverage"))
      let joined = try shards.joinCoverage(for: output)
      let report = CoverageReport(
        coverage: joined.coverage, map: joined.map, source: joined.source, target: joined.target,
        settings: joined.settings)
      try writeResult(CoverageJSON.bytes(report), to: output)
      try ShardRendering.joined(
        parts.count, output, CoverageText.line(report), ("files", joined.coverage.domains.count), common)
    case .atlas:
      let outputs = try AtlasCommand.prepare(output)
      let atlas = try shards.joinAtlas(for: outputs)
      try AtlasCommand.write(atlas, to: output)
      try ShardRendering.joined(
        parts.count, output,
        "\(atlas.entries.count) vocabularies; written: \(outputs[0]), \(outputs[1])",
        ("vocabularies", atlas.entries.count), common)
    }
  }

  private func joinRun(_ observer: RunObserver) throws {
    Interrupt.catchOnce()
    let outcome = try RunShards(parts).join(to: output, observer: observer)
    observer.finishProgress()
    let total = outcome.description.prompts.count
    guard outcome.isComplete else {
      common.note("\(outcome.captured) of \(total) prompts are copied; the same command goes on from there")
      throw ExitCode(Interrupt.exitCode)
    }
    let failed = outcome.failed.count
    try ShardRendering.joined(
      parts.count, output, "\(total) prompts" + EvaluationRendering.errors(failed), ("prompts", total), common
    )
    try common.end(failed: failed, of: total, "prompts", isStrict: strict)
  }
}
