internal import ArgumentParser
internal import CrossModelControl

/// `cmc train lora`: a low-rank adapter.
struct TrainLoRACommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lora",
    abstract: "Train a low-rank adapter of all linear layers of a model.",
    discussion: """
      The result is a folder in the layout of the PEFT library; MODEL+ADAPTER names the adapted model in every command. \
      With --merge the folder holds the whole adapted model instead; of a GGUF model its tokenizer is written as GGUF has \
      it, which transformers does not load.

      EXAMPLES
        cmc train lora --from smollm2.gguf --data task.jsonl -o adapter/
        cmc generate --user smollm2.gguf+adapter/ --prompt 'Hello'
      """)

  @Option(help: ArgumentHelp("The model.", valueName: "model"))
  var from: String

  @Option(help: ArgumentHelp("The rank of the adapter.", valueName: "r"))
  var rank = 8

  @Option(
    help: ArgumentHelp(
      "The scale: what the adapter adds is multiplied by α divided by the rank.", valueName: "α"))
  var alpha: Float = 16

  @Flag(help: "Write the whole adapted model.")
  var merge = false

  @Option(help: ArgumentHelp("The tokenizer, where it is not with the model.", valueName: "vocab"))
  var tokenizer: String?

  @OptionGroup var training: TrainingArguments

  func validate() throws {
    guard (1...4096).contains(rank) else { throw ValidationError("--rank must be from 1 to 4096.") }
    guard alpha.isFinite, alpha > 0 else { throw ValidationError("--alpha must be above 0.") }
    if !merge, training.gguf || training.dtype != .float32 {
      let option = training.gguf ? "gguf" : "dtype"
      throw ValidationError("--\(option) needs --merge: an adapter is written in float32, as PEFT has it.")
    }
    if training.loss == .shift { throw ValidationError("--loss shift is for delta models.") }
  }

  func run() throws {
    var adapter = TrainingConfiguration.Adapter(base: from)
    (adapter.rank, adapter.alpha, adapter.isMerged) = (rank, alpha, merge)
    try TrainingShow.run(
      try training.configuration(.adapter(adapter), tokenizer: tokenizer), training.common)
  }
}
