internal import ArgumentParser
internal import CMCPrimitives

extension CommonOptions {
  /// Writes a command's result in the one form that was asked for; the others are not made.
  ///
  /// - Parameters:
  ///   - line: All in one line, without its end: what `--quiet` prints.
  ///   - text: Tables and sentences for people.
  ///   - json: The whole result, for programs.
  ///   - isColored: Whether the text has colours of this program's own, and is safe already.
  /// - Throws: What writing to standard output throws.
  func show(
    _ line: @autoclosure () -> String, text: @autoclosure () throws -> String,
    json: @autoclosure () throws -> [UInt8], isColored: Bool = false
  ) throws {
    if self.json {
      try StandardOutput.write(json())
    } else if quiet {
      try StandardOutput.write(terminalText(line()) + "\n")
    } else {
      // Names and texts of files stand in it: what would act on a terminal is shown, not sent.
      try StandardOutput.write(isColored ? text() : terminalText(text(), keepsLines: true))
    }
  }

  /// Ends a command some of whose items could not be done: with `--strict` that is a check that does not hold.
  ///
  /// - Parameters:
  ///   - failed: How many could not be done.
  ///   - total: How many there are.
  ///   - kind: What they are: "prompts".
  ///   - isStrict: Whether the exit code is to say it.
  /// - Throws: What writing to standard output throws, and the exit code 2.
  func end(failed: Int, of total: Int, _ kind: String, isStrict: Bool) throws {
    try StandardOutput.flush()
    guard failed > 0 else { return }
    note("\(failed) of \(total) \(kind) could not be done: see their errors")
    if isStrict { throw ExitCode(2) }
  }
}
