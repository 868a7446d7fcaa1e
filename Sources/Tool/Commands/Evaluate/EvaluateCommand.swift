internal import ArgumentParser
internal import CMCEvaluation
internal import CMCPrimitives
internal import CrossModelControl

/// `cmc evaluate`: how well a model, steered or not, answers.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a model, steered or not, answers; or compare two such measurements.",
    discussion: """
      DATA are records as for training. Each is scored: perplexity, accuracy and probability of the answer, which is the \
      geometric mean over its tokens. The end token is in none of them: what is measured is the answer's text. Prompts are \
      also answered greedily, for ROUGE-L recall and exact matches. ROUGE-L compares words in lower case without stemming, \
      of every script; Google's package counts Latin letters and digits alone, so its figures for other scripts differ. Where records have perturbed_answer (TOFU), the truth ratio and the share \
      among the choices are added; with --reference, the evaluation of a model that never learnt the data, the test of \
      Kolmogorov and Smirnov on the truth ratios is the forget quality. Intervals are 95 %, by bootstrap.

      With -o what is done is kept after an interruption, and the same command goes on from there.

      EXAMPLES
        cmc evaluate --user model/ --data test.jsonl -o model.json
        cmc evaluate --user mistral/ --delta delta/ --data forget10_perturbed.json --reference retain.json -o steered.json
        cmc evaluate --user big/ --expert tuned/ --anti-expert small/ --data test.jsonl
        cmc evaluate --compare model.json steered.json --metric exact_match
      """)

  @OptionGroup var evaluation: EvaluationArguments
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Compare two evaluations of the same records item by item.", valueName: "file"))
  var compare: [String] = []

  @Option(help: ArgumentHelp("The metric to compare: \(EvaluateCommand.metricNames).", valueName: "name"))
  var metric = "probability"

  @Option(help: ArgumentHelp("How many of the worst items to list.", valueName: "n"))
  var worst = 20

  private static var metricNames: String { (EvaluationItem.metrics + ["accuracy"]).joined(separator: ", ") }

  func validate() throws {
    guard (EvaluationItem.metrics + ["accuracy"]).contains(metric) else {
      throw ValidationError("--metric is one of \(Self.metricNames).")
    }
    guard worst >= 0 else { throw ValidationError("--worst must not be below 0.") }
    if compare.isEmpty {
      guard evaluation.data != nil, !evaluation.user.isEmpty else {
        throw ValidationError("Give --user and --data, or --compare.")
      }
    } else {
      guard compare.count == 2 else { throw ValidationError("--compare takes two files.") }
    }
  }

  func run() throws {
    if !compare.isEmpty { return try runComparison() }
    try prepareOutputs(evaluation.output)
    let observer = common.observer
    let evaluator = try evaluation.evaluator(observer: observer)
    Interrupt.catchOnce()
    let file: EvaluationFile
    if let output = evaluation.output {
      let outcome = try evaluator.evaluate(to: output, observer: observer)
      observer.finishProgress()
      switch outcome {
      case .finished(let written): file = written
      case .cancelled(let done):
        common.note(
          "\(done) of \(evaluator.records.count) are done; the same command goes on from there")
        throw ExitCode(Interrupt.exitCode)
      }
    } else {
      file = try evaluator.evaluate(observer: observer)
      observer.finishProgress()
      if Interrupt.hasCome { throw ExitCode(Interrupt.exitCode) }
    }
    try common.show(
      EvaluationRendering.line(file), text: EvaluationRendering.text(file),
      json: file.encoded(tool: ToolVersion.tool, includesItems: evaluation.output == nil))
  }

  private func runComparison() throws {
    let first = try EvaluationFile.readItems(compare[0])
    let second = try EvaluationFile.readItems(compare[1])
    let known = Dictionary(first.map { ($0.number, $0) }) { one, _ in one }
    if let other = second.first(where: { item in
      known[item.number].map { $0.prompt != item.prompt || $0.answer != item.answer } ?? false
    }) {
      throw EvaluationError.otherRecords(number: other.number)
    }
    guard
      let comparison = EvaluationComparison(
        first, second, metric: metric, resampling: Resampling(seed: evaluation.seed), worstCount: worst)
    else { throw EvaluationError.nothingInCommon(metric: metric) }
    let text = ComparisonRendering.text(comparison, first, second, names: compare)
    try common.show(
      text.split(separator: "\n").prefix(3).joined(separator: "; "), text: text,
      json: ComparisonRendering.json(comparison, first, second, names: compare))
  }
}
