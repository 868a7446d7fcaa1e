internal import ArgumentParser
internal import CMCPrimitives

/// Options of every command.
struct CommonOptions: ParsableArguments {
  @Flag(name: .long, help: "Print the result as JSON instead of tables.")
  var json = false

  @Flag(
    name: .shortAndLong,
    help:
      "Print one line instead of tables (a generated text, a list of ids stay whole); no notes, no progress.")
  var quiet = false

  /// Says something that is not a result.
  func note(_ text: String) {
    if !quiet { StandardError.write("cmc: note: \(terminalText(text))\n") }
  }
}

/// What may become of files that are there already; for commands that write some.
struct ReplacingOptions: ParsableArguments {
  @Flag(
    help:
      "Replace an output that exists and was not made by this program; one that was is replaced without it, and a file that is also an input never."
  )
  var force = false
}

/// The number of threads, for commands that compute.
struct ThreadOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("Threads to use; the result does not depend on it.", valueName: "n"))
  var threads: Int = defaultThreadCount

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads must be from 1 to 1024.") }
  }
}
