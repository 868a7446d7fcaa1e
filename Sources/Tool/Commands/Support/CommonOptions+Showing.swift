internal import CMCPrimitives

extension CommonOptions {
  /// Writes a command's result in the one form that was asked for; the others are not made.
  ///
  /// - Parameters:
  ///   - line: All in one line, without its end: what `--quiet` prints.
  ///   - text: Tables and sentences for people.
  ///   - json: The whole result, for programs.
  /// - Throws: What writing to standard output throws.
  func show(
    _ line: @autoclosure () -> String, text: @autoclosure () throws -> String,
    json: @autoclosure () throws -> [UInt8]
  ) throws {
    if self.json {
      try StandardOutput.write(json())
    } else if quiet {
      try StandardOutput.write(terminalText(line()) + "\n")
    } else {
      try StandardOutput.write(text())
    }
  }
}
