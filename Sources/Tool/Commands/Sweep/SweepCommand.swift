internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCPrompts
internal import CMCReporting
internal import CrossModelControl

/// `cmc sweep`: the same prompt at many factors α.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Generate from one prompt at several factors α, and compare.",
    discussion: """
      The prompt is read once. For each α: the text, its length, the share of steps where the delta model changed the \
      choice, the share of tokens without a target, and the mean log-probability under the user model alone.

      EXAMPLES
        cmc sweep --user smollm2.gguf --delta gemma-3.gguf \\
          --prompt 'The capital of France is' --alphas 0:2:0.25
        cmc sweep --user a.gguf --delta b.gguf --prompt … --alphas 0,0.5,1 --json
        cmc sweep --user a.gguf --delta b.gguf --prompt … --report
      """)

  @OptionGroup var control: ControlOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("The prompt.", valueName: "text"),
    transform: { plainText($0) })
  var prompt: String

  @Option(
    name: [.customLong("alphas"), .customLong("alpha")], parsing: .unconditional,
    help: ArgumentHelp(
      "The factors: first:last:step, or with commas between (default: 0:2:0.25).", valueName: "α…"),
    transform: { try AlphaList.parse($0) })
  var alphas = AlphaList(values: [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])

  @OptionGroup var sampling: SamplingArguments
  @OptionGroup var parallel: ParallelOptions

  @Option(
    defaultAsFlag: ReportPath.standard,
    help: ArgumentHelp(
      "Write an HTML page as well. Default: Reports/USER--sweep.html.", valueName: "file.html"))
  var report: ReportPath?

  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if control.delta.isEmpty, control.expert == nil { throw ValidationError("A sweep needs --delta.") }
    if control.expert == nil, control.delta.haveOwnFactors {
      throw ValidationError("A sweep sets the factor: leave out the one behind the colon of --delta.")
    }
  }

  func run() throws {
    try prepareOutputs(report?.path, form: .marked(kind: "page"))
    let observer = common.observer
    let model = try SteeredModel(control.steering(), observer: observer)
    let page = report.map {
      DefaultPage($0.path, name: model.user.name, kind: "sweep", of: [model.user.argument])
    }
    let (options, count) = (sampling.options(), parallel.count(model))
    let run =
      page == nil && !common.json
      ? nil : try model.run(of: Conversation(prompt), options, alphas: alphas.values, parallel: count)
    if let page, let run { try prepareOutputs(page.path, form: page.form(run: run)) }
    Interrupt.catchOnce()
    var sweep = try model.sweep(
      prompt, alphas: alphas.values, options, parallel: count, observer: observer)
    sweep.run = run
    observer.finishProgress()
    try common.show(
      "\(sweep.points.count) factors: "
        + sweep.points.map { "α \(fixed($0.alpha, digits: 2)) changes \(percent($0.changedShare))" }
        .joined(separator: ", "),
      text: table(sweep), json: json(sweep))
    if let page {
      try writeResult(SweepReport(sweep).html(source: page.source), to: page.path)
      common.note("the page is \(page.path)")
    }
    try StandardOutput.flush()
    if Interrupt.hasCome { throw ExitCode(Interrupt.exitCode) }
  }

  private func table(_ sweep: SweepSummary) -> String {
    var table = TextTable([
      ("α", .right), ("tokens", .right), ("changed", .right), ("unmatched", .right),
      ("user log-prob", .right),
      ("text", .left),
    ])
    for point in sweep.points {
      table.add([
        fixed(point.alpha, digits: 2), "\(point.tokens)", percent(point.changedShare),
        percent(point.unmatchedShare), fixed(point.meanUserLogProbability, digits: 3),
        oneLine(point.text, limit: 60),
      ])
    }
    return table.text()
  }

  private func json(_ sweep: SweepSummary) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.sweep")
      json.member("version", 1)
      json.member("tool", sweep.tool)
      if let run = sweep.run { json.member("run", run) }
      json.member("user", sweep.user)
      json.key("deltas")
      json.array { json in for delta in sweep.deltas { json.value(delta) } }
      json.member("mode", sweep.mode)
      json.member("prompt", sweep.prompt)
      json.key("points")
      json.array { json in
        for point in sweep.points {
          json.object { json in
            json.member("alpha", point.alpha)
            json.member("tokens", point.tokens)
            json.member("changed_share", point.changedShare)
            json.member("unmatched_share", point.unmatchedShare)
            json.member("mean_user_log_probability", point.meanUserLogProbability)
            json.member("stop", point.stop)
            json.member("text", point.text)
            json.member("ids", point.ids)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}

/// Factors as `first:last:step` or with commas between.
struct AlphaList: ExpressibleByArgument, CustomStringConvertible {
  var values: [Float]

  init(values: [Float]) { self.values = values }

  init?(argument: String) {
    guard let list = try? Self.parse(argument) else { return nil }
    self = list
  }

  /// Reads `first:last:step`, or numbers with commas between.
  ///
  /// - Throws: `ValidationError` with what is wrong.
  static func parse(_ argument: String) throws -> AlphaList {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
    if parts.count == 3, let first = parts[0], let last = parts[1], let step = parts[2],
      [first, last, step].allSatisfy(\.isFinite)
    {
      guard step > 0 else { throw ValidationError("the step must be above 0.") }
      guard first <= last else { throw ValidationError("the first must not be above the last.") }
      guard (last - first) / step < 10_000 else { throw ValidationError("these are over 10000 factors.") }
      let count = Int(saturating: ((last - first) / step + 1e-9).rounded(.down))
      return AlphaList(values: (0...count).map { Float(first + Double($0) * step) })
    }
    let list = argument.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    guard !list.isEmpty, list.allSatisfy({ $0?.isFinite == true }) else {
      throw ValidationError("these are no numbers.")
    }
    return AlphaList(values: list.compactMap { $0 })
  }

  var description: String { values.map { "\($0)" }.joined(separator: ",") }
  var defaultValueDescription: String { "0:2:0.25" }
}
