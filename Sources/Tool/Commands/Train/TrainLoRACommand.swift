internal import ArgumentParser
internal import CMCLanguageModel
internal import CMCPrimitives
internal import CMCTraining

/// `cmc train lora`: a low-rank adapter.
struct TrainLoRACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lora",
    abstract: "Train a low-rank adapter of all linear layers of a model.",
    discussion: """
      The result is a folder in the layout of the PEFT library; MODEL+ADAPTER names the adapted model in every command. \
      With --merge the folder holds the whole adapted model instead.

      EXAMPLES
        cmc train lora --from smollm2.gguf --data task.jsonl -o adapter/
        cmc generate --user smollm2.gguf+adapter/ --prompt 'Hello'
      """)

  @Option(help: ArgumentHelp("The model.", valueName: "model"))
  var from: String

  @Option(help: ArgumentHelp("The rank of the adapter.", valueName: "r"))
  var rank = 8

  @Option(help: ArgumentHelp("What the adapter is multiplied by, times the rank.", valueName: "α"))
  var alpha: Float = 16

  @Flag(help: "Write the whole adapted model.")
  var merge = false

  @Option(help: ArgumentHelp("The tokenizer, where it is not with the model.", valueName: "vocab"))
  var tokenizer: String?

  @OptionGroup var training: TrainingArguments

  func validate() throws {
    guard (1...4096).contains(rank) else { throw ValidationError("--rank must be from 1 to 4096.") }
    guard alpha.isFinite, alpha > 0 else { throw ValidationError("--alpha must be above 0.") }
    if training.loss == .shift { throw ValidationError("--loss shift is for delta models.") }
  }

  func run() throws {
    try TrainingRun.prepare(training)
    let model = try LanguageModel.load(from)
    let path = tokenizer ?? from
    let tokenizer = try TrainedModel.tokenizer(path, training.common)
    let longest = min(training.maxLength, model.configuration.contextLength)
    let data = try TrainingData(training, tokenizer: tokenizer, longest: longest)
    let shape = try NetworkShape(model.configuration, rows: model.logitsWidth)
    let network = TrainedModel.network(
      shape, .adapters(rank: rank, alpha: alpha), longest: data.longest, training)
    try network.load(model)
    network.initializeAdapters(seed: training.seed)
    let reference = try training.reference(model, longest: data.longest)
    let trainer = try Trainer(
      network,
      try training.plan(documents: data.learnt.count, rate: 1e-3, validates: !data.validation.isEmpty),
      sets: training.sets(data, template: nil, reference: reference),
      validation: data.validation.isEmpty ? [] : [.init(data.validation, Objective(.crossEntropy))])
    let run = TrainingRun(
      trainer: trainer, arguments: training, identity: "lora \(from) \(rank) \(alpha)", data: data)
    let outcome = try run.run()
    if merge {
      network.mergeAdapters()
      try TrainedModel.write(network, tokenizer, from: path, training)
    } else {
      try AdapterFolder.write(network, base: from, to: training.output)
    }
    try TrainingReport(kind: "lora", run: run, outcome: outcome, base: from).write()
  }
}
