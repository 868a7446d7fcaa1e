import ArgumentParser

/// Measures the tool; nothing here is part of it.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cmc-bench",
    abstract: "Measure alignment: time by stage, growth with size, equality with the naive rule.",
    subcommands: [StagesCommand.self, GrowthCommand.self, NaiveCommand.self, MinedCommand.self])
}
