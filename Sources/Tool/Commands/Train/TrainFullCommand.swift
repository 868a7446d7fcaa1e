internal import ArgumentParser
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCTraining
internal import CMCVocabulary

/// `cmc train full`: all parameters of a model, from another's or from nothing.
struct TrainFullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "full",
    abstract: "Train every parameter of a model, from another model's or from first values.",
    discussion: """
      The result is a folder with config.json, model.safetensors and the tokenizer's files, as transformers loads it.

      EXAMPLES
        cmc train full --from base/ --data task.jsonl --learning-rate 5e-4 -o tuned/
        cmc train full --shape 1M --tokenizer vocabulary/ --data text.jsonl --steps 2000 --learning-rate 3e-3 -o base/
        cmc train full --from base/ --data forget.json --retain retain.json --loss difference -o unlearnt/
      """)

  @Option(help: ArgumentHelp("The model to begin with.", valueName: "model"))
  var from: String?

  @OptionGroup var start: StartArguments

  @Option(help: ArgumentHelp("The tokenizer, where it is not with the model.", valueName: "vocab"))
  var tokenizer: String?

  @OptionGroup var training: TrainingArguments

  func validate() throws {
    guard (from == nil) != (start.shape == nil) else { throw ValidationError("Give --from or --shape.") }
    if from == nil, tokenizer == nil { throw ValidationError("--shape needs --tokenizer.") }
    if training.loss == .shift { throw ValidationError("--loss shift is for delta models.") }
  }

  func run() throws {
    try TrainingRun.prepare(training)
    let model = try from.map { try LanguageModel.load($0) }
    let path = tokenizer ?? from ?? ""
    let tokenizer = try TrainedModel.tokenizer(path, training.common)
    let context = model?.configuration.contextLength ?? start.context
    let data = try TrainingData(training, tokenizer: tokenizer, longest: min(training.maxLength, context))
    let shape = try start.networkShape(
      model, vocabulary: tokenizer.description.vocabulary.idLimit)
    let network = TrainedModel.network(shape, .all, longest: data.longest, training)
    if let model { try network.load(model) } else { network.initialize(seed: training.seed) }
    let reference = try training.reference(model, longest: data.longest)
    let rate = model == nil ? 1e-3 : 2e-4
    let trainer = try Trainer(
      network,
      try training.plan(documents: data.learnt.count, rate: rate, validates: !data.validation.isEmpty),
      sets: training.sets(data, template: nil, reference: reference),
      validation: data.validation.isEmpty ? [] : [.init(data.validation, Objective(.crossEntropy))])
    let run = TrainingRun(
      trainer: trainer, arguments: training, identity: "full \(from ?? "") \(shape.configuration)", data: data
    )
    let outcome = try run.run()
    try TrainedModel.write(network, tokenizer, from: path, training)
    try TrainingReport(kind: "full", run: run, outcome: outcome, base: from).write()
  }
}
