internal import ArgumentParser
internal import CrossModelControl

/// `cmc train full`: all parameters of a model, from another's or from nothing.
struct TrainFullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "full",
    abstract: "Train every parameter of a model, from another model's or from first values.",
    discussion: """
      The result is a folder with config.json, model.safetensors and the tokenizer's files, as transformers loads it. Of a \
      GGUF model the tokenizer is written as GGUF has it, which transformers does not load: give it the original's files.

      EXAMPLES
        cmc train full --from base/ --data task.jsonl --learning-rate 5e-4 -o tuned/
        cmc train full --shape 1M --tokenizer vocabulary/ --data text.jsonl \\
          --steps 2000 --learning-rate 3e-3 -o base/
        cmc train full --from base/ --data forget.json --retain retain.json \\
          --loss difference -o unlearnt/
      """)

  @Option(help: ArgumentHelp("The model to begin with.", valueName: "model"))
  var from: String?

  @OptionGroup var start: StartArguments

  @Option(help: ArgumentHelp("The tokenizer, where it is not with the model.", valueName: "vocab"))
  var tokenizer: String?

  @OptionGroup var training: TrainingArguments

  func validate() throws {
    try start.check(from: from)
    if from == nil, tokenizer == nil { throw ValidationError("--shape needs --tokenizer.") }
    if training.loss == .shift { throw ValidationError("--loss shift is for delta models.") }
  }

  func run() throws {
    try TrainingShow.run(
      try training.configuration(.full(try start.start(from: from)), tokenizer: tokenizer), training.common)
  }
}
