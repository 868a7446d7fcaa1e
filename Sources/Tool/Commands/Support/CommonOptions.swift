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

extension CommonOptions {
  /// Says what was done of a run that was broken off, and whether it can be gone on with.
  ///
  /// - Parameters:
  ///   - done: What was done.
  ///   - output: Where the result would have gone; nothing is kept beside a device or a pipe.
  func noteBrokenOff(_ done: String, output: String) {
    note(
      isWrittenInto(output)
        ? "\(done); nothing of it is kept, as \(output) is no regular file"
        : "\(done); the same command goes on from there")
  }
}

/// What may become of files that are there already; for commands that write some.
struct ReplacingOptions: ParsableArguments {
  @Flag(
    help:
      "Replace an output that exists. Without it only a result of the same kind and inputs that this program made is replaced, and answers never; a file that is also an input is not even with it."
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
