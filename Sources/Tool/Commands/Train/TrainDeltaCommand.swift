internal import ArgumentParser
internal import CMCControlledDecoding
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCTraining
internal import CMCVocabulary

/// `cmc train delta`: a small model that steers a large one.
struct TrainDeltaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delta",
    abstract: "Train a delta model beside a frozen template: its logits are added to the template's.",
    discussion: """
      The delta model has the template's vocabulary. It begins from a small pretrained model (--from), or from first \
      values of a shape (--shape), which is slower. The result is a folder as transformers loads it, for --delta.

      EXAMPLES
        cmc train delta --template llama-2/ --from small/ --data task.jsonl -o delta/
        cmc generate --user mistral/ --delta delta/ --prompt 'Hello'
      """)

  @Option(
    help: ArgumentHelp(
      "The model beside which the delta model learns; it does not change.", valueName: "model"))
  var template: String

  @Option(help: ArgumentHelp("The template's tokenizer, where it is not with the model.", valueName: "vocab"))
  var templateTokenizer: String?

  @Option(help: ArgumentHelp("A small model with the same vocabulary to begin with.", valueName: "model"))
  var from: String?

  @OptionGroup var start: StartArguments

  @Option(
    help: ArgumentHelp(
      "The mode it will be used in: add, normalize or base-normalize. The loss does not see a constant added to all logits of a position, so training is the same for all three; the mode is only noted.",
      valueName: "mode"))
  var mode: ControlMode = .baseNormalize

  @Option(help: ArgumentHelp("For --loss shift: the template after tuning.", valueName: "model"))
  var tuned: String?

  @OptionGroup var training: TrainingArguments

  func validate() throws {
    guard (from == nil) != (start.shape == nil) else { throw ValidationError("Give --from or --shape.") }
    guard (tuned != nil) == (training.loss == .shift) else {
      throw ValidationError("--tuned and --loss shift come together.")
    }
  }

  func run() throws {
    try TrainingRun.prepare(training)
    let template = try LanguageModel.load(template)
    let path = templateTokenizer ?? self.template
    let tokenizer = try TrainedModel.tokenizer(path, training.common)
    let begin = try from.map { try LanguageModel.load($0) }
    if let begin, let from { try checkVocabulary(begin, from, tokenizer, template) }
    let context = min(
      template.configuration.contextLength, begin?.configuration.contextLength ?? start.context)
    let data = try TrainingData(training, tokenizer: tokenizer, longest: min(training.maxLength, context))
    let shape = try start.networkShape(begin, vocabulary: template.logitsWidth)
    let network = TrainedModel.network(shape, .all, longest: data.longest, training)
    if let begin { try network.load(begin) } else { network.initialize(seed: training.seed) }
    let frozen = training.frozen(template, longest: data.longest)
    var shift: ShiftRows?
    if let tuned {
      shift = ShiftRows(
        tuned: training.frozen(try LanguageModel.load(tuned), longest: data.longest), base: frozen)
    }
    let trainer = try Trainer(
      network,
      try training.plan(documents: data.learnt.count, rate: 2e-4, validates: !data.validation.isEmpty),
      sets: training.sets(data, template: frozen, reference: shift),
      validation: data.validation.isEmpty
        ? [] : [.init(data.validation, Objective(.crossEntropy, template: frozen))])
    let run = TrainingRun(
      trainer: trainer, arguments: training,
      identity: "delta \(self.template) \(from ?? "") \(tuned ?? "") \(training.computing.precision)",
      data: data)
    let outcome = try run.run()
    try TrainedModel.write(network, tokenizer, from: path, training)
    try TrainingReport(
      kind: "delta", run: run, outcome: outcome, base: from, template: self.template, mode: mode
    )
    .write()
  }

  /// The vocabularies must be one: by fingerprint where the small model has a tokenizer, else by size.
  private func checkVocabulary(
    _ begin: LanguageModel, _ path: String, _ tokenizer: Tokenizer, _ template: LanguageModel
  ) throws {
    if begin.logitsWidth > template.logitsWidth {
      throw TrainingError.mismatch(
        "\(begin.name) has \(begin.logitsWidth) logits, the template has \(template.logitsWidth): another vocabulary"
      )
    }
    guard let own = try? TrainedModel.tokenizer(path, training.common) else {
      training.common.note(
        "\(begin.name) has no tokenizer of its own; its vocabulary is taken to be the template's")
      return
    }
    guard own.description.vocabulary.fingerprint == tokenizer.description.vocabulary.fingerprint else {
      throw TrainingError.mismatch("\(begin.name) and \(template.name) have different vocabularies")
    }
  }
}
