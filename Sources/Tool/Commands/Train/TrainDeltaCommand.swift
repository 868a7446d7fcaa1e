internal import ArgumentParser
internal import CMCControlledDecoding
internal import CrossModelControl

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
    try start.check(from: from)
    guard (tuned != nil) == (training.loss == .shift) else {
      throw ValidationError("--tuned and --loss shift come together.")
    }
  }

  func run() throws {
    var delta = TrainingConfiguration.Delta(template: template, start: try start.start(from: from))
    delta.mode = mode
    try TrainingShow.run(
      try training.configuration(.delta(delta), tokenizer: templateTokenizer, tuned: tuned), training.common)
  }
}
