internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCReporting

/// `cmc sweep`: the same prompt at many factors α.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Generate from one prompt at several factors α, and compare.",
    discussion: """
      The prompt is read once. For each α: the text, its length, the share of steps where the delta model changed the \
      choice, the share of tokens without a target, and the mean log-probability under the user model alone.

      EXAMPLES
        cmc sweep --user smollm2.gguf --delta gemma-3.gguf --prompt 'The capital of France is' --alphas 0:2:0.25
        cmc sweep --user a.gguf --delta b.gguf --prompt … --alphas 0,0.5,1 --json
        cmc sweep --user a.gguf --delta b.gguf --prompt … --report
      """)

  @OptionGroup var control: ControlOptions

  @Option(help: ArgumentHelp("The prompt.", valueName: "text"))
  var prompt: String

  @Option(
    name: [.customLong("alphas"), .customLong("alpha")], parsing: .unconditional,
    help: ArgumentHelp("The factors: first:last:step, or with commas between.", valueName: "α…"))
  var alphas = AlphaList(values: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])

  @OptionGroup var sampling: SamplingArguments

  @Option(
    defaultAsFlag: ReportPath.standard,
    help: ArgumentHelp(
      "Write an HTML page as well. Default: Reports/USER--sweep.html.", valueName: "file.html"))
  var report: ReportPath?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if control.delta.isEmpty, control.expert == nil { throw ValidationError("A sweep needs --delta.") }
  }

  func run() throws {
    let setup = try ControlSetup(control, common)
    let generator = try setup.generator(prompt, alpha: alphas.values.first ?? 1)
    let options = sampling.options(setup)
    Interrupt.catchOnce()
    var results: [SweepPoint] = []
    let progress = ProgressLine(total: alphas.values.count, isShown: !common.quiet)
    for alpha in alphas.values {
      progress.show(results.count)
      generator.combiner.terms = setup.terms(alpha: alpha)
      let result = try generator.generate(options) { _, _ in !Interrupt.hasCome }
      if Interrupt.hasCome { break }
      results.append(SweepPoint(alpha: alpha, result))
    }
    progress.finish(results.count)
    try StandardOutput.write(common.json ? json(results, setup) : Array(table(results).utf8))
    if let report {
      let path = report.path ?? "Reports/\(MapOutputOptions.fileName(setup.userName))--sweep.html"
      try writeResult(SweepReport(SweepReader.read(JSONDocument(json(results, setup)).root)).html(), to: path)
      common.note("the page is \(path)")
    }
    try StandardOutput.flush()
    if Interrupt.hasCome { throw ExitCode(130) }
  }

  private func table(_ points: [SweepPoint]) -> String {
    var table = TextTable([
      ("α", .right), ("tokens", .right), ("changed", .right), ("unmatched", .right),
      ("user log-prob", .right),
      ("text", .left),
    ])
    for point in points {
      table.add([
        fixed(Double(point.alpha), digits: 2), "\(point.result.steps.count)", percent(point.changed),
        percent(point.unmatched), fixed(point.meanLogProbability, digits: 3),
        oneLine(String(decoding: point.result.text, as: UTF8.self), limit: 60),
      ])
    }
    return table.text()
  }

  private func json(_ points: [SweepPoint], _ setup: ControlSetup) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.sweep")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.member("user", setup.userName)
      json.key("deltas")
      json.array { json in for delta in setup.deltas { json.value(delta.name) } }
      json.member("mode", control.mode.rawValue)
      json.member("prompt", prompt)
      json.key("points")
      json.array { json in
        for point in points {
          json.object { json in
            json.member("alpha", Double(point.alpha))
            json.member("tokens", point.result.steps.count)
            json.member("changed_share", point.changed)
            json.member("unmatched_share", point.unmatched)
            json.member("mean_user_log_probability", point.meanLogProbability)
            json.member("stop", point.result.stop.name)
            json.member("text", String(decoding: point.result.text, as: UTF8.self))
            json.member("ids", point.result.ids)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}

/// One factor of a sweep and what came of it.
struct SweepPoint {
  let alpha: Float
  let result: GenerationResult
  let changed: Double
  let unmatched: Double
  let meanLogProbability: Double

  init(alpha: Float, _ result: GenerationResult) {
    self.alpha = alpha
    self.result = result
    let count = Double(max(1, result.steps.count))
    changed = Double(result.steps.count(where: \.isChanged)) / count
    unmatched = Double(result.steps.count { $0.match == .unmatched }) / count
    meanLogProbability = result.steps.reduce(0) { $0 + Double($1.userLogProbability) } / count
  }
}

/// Factors as `first:last:step` or with commas between.
struct AlphaList: ExpressibleByArgument, CustomStringConvertible {
  var values: [Float]

  init(values: [Float]) { self.values = values }

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    if parts.count == 3, let first = parts[0], let last = parts[1], let step = parts[2], step > 0,
      first <= last,
      (last - first) / step < 10_000
    {
      let count = Int(((last - first) / step + 1e-9).rounded(.down))
      values = (0...count).map { Float(first + Double($0) * step) }
      return
    }
    let list = argument.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    guard !list.isEmpty, list.allSatisfy({ $0?.isFinite == true }) else { return nil }
    values = list.compactMap { $0 }
  }

  var description: String { values.map { "\($0)" }.joined(separator: ",") }
  var defaultValueDescription: String { "0:2:0.25" }
}
