internal import ArgumentParser
internal import CMCPrimitives

/// The name of a command that there is none of, with the one that was probably meant.
struct WrongName: Error {
  /// What was given.
  let given: String
  /// The words before it: `cmc map`.
  let path: String
  /// The names there are.
  let known: [String]

  /// The first word that stands where a command's name belongs and is none.
  static func find(in arguments: [String]) -> WrongName? {
    var command: any ParsableCommand.Type = CMC.self
    var path = "cmc"
    for argument in arguments {
      let subcommands = command.configuration.subcommands
      if subcommands.isEmpty || argument.hasPrefix("-") { return nil }
      // `cmc help map check` names commands too.
      if argument == "help", path == "cmc" { continue }
      guard let next = subcommands.first(where: { $0.configuration.commandName == argument }) else {
        let known = subcommands.compactMap { $0.configuration.commandName }
        return WrongName(given: argument, path: path, known: known)
      }
      command = next
      path += " " + argument
    }
    return nil
  }

  /// Ends the program, as a wrong usage does.
  func end() -> Never {
    StandardError.write(terminalText(message, keepsLines: true) + "\n")
    CMC.exit(withError: ExitCode.validationFailure)
  }

  /// What is wrong, and what there is.
  private var message: String {
    // A word that begins as one command alone is meant for it, however much is missing.
    let begun = known.filter { $0.hasPrefix(given) }
    let meant = nearestName(to: given, in: known) ?? (begun.count == 1 ? begun[0] : nil)
    let line = meant.map { "; did you mean '\(path) \($0)'?" } ?? ""
    return "Error: There is no command '\(path) \(given)'\(line)\n"
      + "Commands: \(known.joined(separator: ", "))\n  See '\(path) --help' for more information."
  }
}
