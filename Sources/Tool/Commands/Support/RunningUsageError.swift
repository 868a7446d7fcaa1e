internal import ArgumentParser

/// A wrong usage that a command found while it ran.
///
/// ArgumentParser knows the command of an error only where parsing found it, and otherwise shows the usage of `cmc` itself.
struct RunningUsageError: Error {
  /// What is wrong, as a sentence.
  let reason: String
  /// The command that ran.
  let command: any ParsableCommand.Type

  /// What is wrong, the command's usage, and where to read more.
  var message: String {
    let path = Self.path(to: command, from: CMC.self) ?? "cmc"
    return "Error: \(reason)\n\(CMC.usageString(for: command))\n  See '\(path) --help' for more information."
  }

  /// Runs a command.
  ///
  /// - Throws: What the command throws, a `ValidationError` with the command it is of.
  static func placing(_ command: inout any ParsableCommand) throws {
    do {
      try command.run()
    } catch let error as ValidationError {
      throw RunningUsageError(reason: error.message, command: type(of: command))
    }
  }

  /// The words that call a command.
  private static func path(to wanted: any ParsableCommand.Type, from root: any ParsableCommand.Type)
    -> String?
  {
    let name = root.configuration.commandName ?? "cmc"
    if root == wanted { return name }
    for command in root.configuration.subcommands {
      if let rest = path(to: wanted, from: command) { return "\(name) \(rest)" }
    }
    return nil
  }
}
