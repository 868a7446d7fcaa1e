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
      DATA are records as for training. Prompts are scored with their answers, and answered greedily; of a \
      conversation that is the answer at its end. Intervals are 95 %, by bootstrap, of exact_match by Wilson's formula. \
      A record that the models cannot take is an item with an error.

      METRICS
        perplexity           exp of the mean loss over the answers' tokens; the end token is not among them
        perplexity_with_end  the same with the token that ends an answer (or a text), as training has it
        accuracy             the share of the answers' tokens that no other token beats
        probability          of an answer the geometric mean over its tokens, without its end
        exact_match          the share of prompts whose own answer is the right one, without blanks at its ends, and ended
        rouge_l              ROUGE-L recall of the own answer, words in lower case, no stemming; --rouge-tokens ascii \
      has the words of Google's package, where letters of other scripts part words (TOFU's code stems them, too)

      and where records have perturbed_answer (TOFU), R being the mean probability of the wrong answers over the \
      probability of the right one in other words:
        truth_ratio          R
        truth                max(0, 1 − R), the truth ratio of model utility
        forget_truth_ratio   min(R, 1/R), the truth ratio of a set that is to be forgotten
        choice_probability   the right answer's share among the probabilities of all answers
        forget_quality       with --reference, the evaluation of a model that never learnt the data: p of the test of \
      Kolmogorov and Smirnov on R of both. There, as in TOFU's code, the wrong answers' losses are averaged (a \
      geometric mean); --forget-quality arithmetic takes the R above, and its p is not comparable
        model utility        of --utility RETAIN AUTHORS FACTS, three evaluations: the harmonic mean of nine parts, of \
      each set probability (of the last two choice_probability), rouge_l and truth
      TOFU's code counts the end token in all its probabilities; here they are of the text alone.

      --pairs FILE measures bias: JSON lines of {"prompts": [A, B], "continuation": C, "attribute": NAME}, where A and B \
      differ by one name or pronoun. For each attribute and for all: the mean of log P(C | A) − log P(C | B), in nats, and of \
      its magnitude, by the user model alone (before) and with its delta models (after), with the change in pairs.

      With -o what is done is kept after an interruption, and the same command goes on from there.

      A server may run the user model, as with cmc generate: --user http://HOST:PORT with --user-tokenizer. Answers are \
      scored with all of its log-probabilities, and what it writes is proved.

      EXAMPLES
        cmc evaluate --user model/ --data test.jsonl -o model.json
        cmc evaluate --user mistral/ --delta delta/ --data forget10_perturbed.json \\
          --reference retain.json -o steered.json
        cmc evaluate --user big/ --expert tuned/ --anti-expert small/ \\
          --data test.jsonl
        cmc evaluate --user big/ --data test.jsonl --shard 0/7 -o 0.shard
        cmc evaluate --compare model.json steered.json --metric exact_match
        cmc evaluate --user mistral/ --delta delta/ --pairs pairs.jsonl -o bias.json
        cmc evaluate --utility retain.json real_authors.json world_facts.json
      """)

  @OptionGroup var evaluation: EvaluationArguments
  @OptionGroup var replacing: ReplacingOptions
  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp(
      "Measure bias on pairs of prompts that differ by one name or pronoun.", valueName: "file"))
  var pairs: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Compare two evaluations of the same records item by item.", valueName: "file"))
  var compare: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "TOFU's model utility of three evaluations: of the retain set, the real authors, the world facts.",
      valueName: "file"))
  var utility: [String] = []

  @Option(
    help: ArgumentHelp(
      "With --compare: the metric, \(EvaluateCommand.metricNames) (default: probability).", valueName: "name")
  )
  var metric: String?

  @Option(
    help: ArgumentHelp("With --compare: how many of the worst items to list (default: 20).", valueName: "n"))
  var worst: Int?

  @Flag(help: "Exit with 2 where a record could not be measured, such as one that is too long.")
  var strict = false

  private static var metricNames: String { (EvaluationItem.metrics + ["accuracy"]).joined(separator: ", ") }

  func validate() throws {
    guard metric.map((EvaluationItem.metrics + ["accuracy"]).contains) ?? true else {
      throw ValidationError("--metric is one of \(Self.metricNames).")
    }
    guard worst ?? 0 >= 0 else { throw ValidationError("--worst must not be below 0.") }
    guard [!compare.isEmpty, !utility.isEmpty, pairs != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("Give one of --compare, --utility and --pairs.")
    }
    if compare.isEmpty {
      try refuseIdle("is for --compare", ["metric": metric != nil, "worst": worst != nil])
    }
    if pairs != nil {
      try refuseIdle("is for --data: pairs are scored, not answered", evaluation.ofRecords)
    }
    if evaluation.sharding.shard != nil, compare.isEmpty, utility.isEmpty {
      guard evaluation.data != nil, evaluation.output != nil else {
        throw ValidationError("--shard is for --data with --output.")
      }
    }
    if !compare.isEmpty || !utility.isEmpty, let name = evaluation.measuring ?? (strict ? "strict" : nil) {
      throw ValidationError(
        "--\(name) is for measuring: --compare and --utility read what has been measured.")
    }
    if !compare.isEmpty {
      guard compare.count == 2 else { throw ValidationError("--compare takes two files.") }
    } else if !utility.isEmpty {
      guard utility.count == 3 else {
        throw ValidationError(
          "--utility takes three files: of the retain set, the real authors, the world facts.")
      }
    } else if pairs != nil {
      guard evaluation.data == nil, !evaluation.user.isEmpty, !evaluation.deltaAlone else {
        throw ValidationError("--pairs takes --user and no --data, and compares with the user model alone.")
      }
    } else {
      guard evaluation.data != nil, !evaluation.user.isEmpty else {
        throw ValidationError("Give --user and --data or --pairs, or --compare, or --utility.")
      }
    }
  }

  func run() throws {
    if !compare.isEmpty { return try runComparison() }
    if !utility.isEmpty { return try runUtility() }
    let kind = pairs == nil ? "evaluation" : "cmc.bias-pairs"
    try prepareOutputs(
      evaluation.output, form: .marked(kind: evaluation.sharding.shard == nil ? kind : "cmc.shard"))
    let observer = common.observer
    if let pairs { return try runPairs(pairs, observer) }
    var evaluator = try evaluation.evaluator(observer: observer)
    evaluator.replaces = replacing.force
    Interrupt.catchOnce()
    let file: EvaluationFile
    if let output = evaluation.output {
      let outcome = try evaluator.evaluate(to: output, observer: observer)
      observer.finishProgress()
      switch outcome {
      case .finished(let written): file = written
      case .cancelled(let done):
        common.noteBrokenOff("\(done) of \(evaluator.count) are done", output: output)
        throw ExitCode(Interrupt.exitCode)
      }
    } else {
      file = try evaluator.evaluate(observer: observer)
      observer.finishProgress()
      if Interrupt.hasCome { throw ExitCode(Interrupt.exitCode) }
    }
    try common.show(
      EvaluationRendering.line(file), text: EvaluationRendering.text(file),
      json: file.encoded(
        tool: ToolVersion.tool, includesItems: evaluation.output == nil, includesCost: !evaluation.noCost))
    try common.end(failed: file.failed, of: file.items.count, "records", isStrict: strict)
  }

  private func runPairs(_ data: String, _ observer: RunObserver) throws {
    let model = try evaluation.model(observer: observer)
    var evaluator = try PairEvaluator(model, data: data, limit: evaluation.limit)
    evaluator.parallel = evaluation.parallel.count(model)
    evaluator.seed = evaluation.seed
    Interrupt.catchOnce()
    let file: BiasPairFile
    if let output = evaluation.output {
      let outcome = try evaluator.evaluate(to: output, observer: observer)
      observer.finishProgress()
      switch outcome {
      case .finished(let written): file = written
      case .cancelled(let done):
        common.noteBrokenOff("\(done) of \(evaluator.pairs.count) are done", output: output)
        throw ExitCode(Interrupt.exitCode)
      }
    } else {
      let measured = try evaluator.evaluate(observer: observer)
      observer.finishProgress()
      guard let measured else { throw ExitCode(Interrupt.exitCode) }
      file = measured
    }
    try common.show(
      PairRendering.line(file), text: PairRendering.text(file),
      json: file.encoded(tool: ToolVersion.tool, includesItems: evaluation.output == nil))
    try common.end(failed: file.failed, of: file.items.count, "pairs", isStrict: strict)
  }

  private func runUtility() throws {
    let sets = try utility.map { try EvaluationFile.readItems($0) }
    let result: ModelUtility
    do {
      result = try ModelUtility(retain: sets[0], realAuthors: sets[1], worldFacts: sets[2])
    } catch {
      throw EvaluationError.noMetric(metric: error.metric, file: utility[error.set])
    }
    try common.show(
      "model utility \(fourDecimals(result.value))", text: UtilityRendering.text(result),
      json: UtilityRendering.json(result, files: utility))
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
    let metric = metric ?? "probability"
    guard
      let comparison = EvaluationComparison(
        first, second, metric: metric, resampling: Resampling(seed: evaluation.seed), worstCount: worst ?? 20)
    else { throw EvaluationError.nothingInCommon(metric: metric) }
    let text = ComparisonRendering.text(comparison, first, second, names: compare)
    try common.show(
      ComparisonRendering.summary(comparison, names: compare), text: text,
      json: ComparisonRendering.json(comparison, first, second, names: compare))
  }
}
