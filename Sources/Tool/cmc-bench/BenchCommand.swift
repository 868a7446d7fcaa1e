import ArgumentParser

/// Measures the tool; nothing here is part of it.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cmc-bench",
    abstract:
      "Measure alignment, tokenization, products, models and transport: time by stage, growth with size, equality with naive rules.",
    subcommands: [
      StartCommand.self, StagesCommand.self, GrowthCommand.self, NaiveCommand.self, MinedCommand.self,
      CorpusCommand.self,
      TokenizeSpeedCommand.self, TokenizersCommand.self, ProductsCommand.self,
      ModelSpeedCommand.self, BatchSpeedCommand.self, TrainSpeedCommand.self, ControlSpeedCommand.self,
      SinkhornSpeedCommand.self, TemplatesCommand.self,
    ])
}
