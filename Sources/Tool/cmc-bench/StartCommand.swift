import ArgumentParser

/// `cmc-bench start`: nothing, so that the cost of starting can be taken off counts of other commands.
struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Do nothing; the instruction counts of CI are taken above this one's.")
}
