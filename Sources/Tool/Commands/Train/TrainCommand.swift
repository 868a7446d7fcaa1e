internal import ArgumentParser

/// `cmc train`: makes models, adapters and delta models.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a delta model beside a frozen template, a low-rank adapter, or a whole model.",
    discussion: """
      Data are JSON lines or a JSON array. A record has text, all of which is learnt; or a prompt and a response, of which \
      the response is learnt: prompt/response, instruction/input/output, question/answer, or chat messages.

      EXAMPLES
        cmc train delta --template llama-2/ --shape 15M --data task.jsonl -o delta/
        cmc train delta --template llama-2/ --from delta/ --loss difference \\
          --data forget.json --retain retain.json -o d/
        cmc train lora --from smollm2.gguf --data task.jsonl -o adapter/
            then: cmc generate --user smollm2.gguf+adapter/
        cmc train full --shape 5M --tokenizer tokenizer.json --data text.jsonl \\
          -o small/
      """,
    subcommands: [
      TrainDeltaCommand.self, TrainLoRACommand.self, TrainFullCommand.self, TrainDataCommand.self,
    ])
}
