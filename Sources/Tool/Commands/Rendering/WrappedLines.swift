/// Lines of prose broken at blanks, so that they fit a terminal; what goes elsewhere stays in one.
enum WrappedLines {
  /// Breaks what is longer than the terminal's width.
  ///
  /// The rest of a line stands four columns deeper than its beginning. A word that fits nowhere is not cut.
  ///
  /// - Parameters:
  ///   - text: Lines that end with a line end.
  ///   - width: The terminal's; nil leaves the text as it is.
  static func text(_ text: String, width: Int?) -> String {
    guard let width else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map {
      wrapped($0, width: max(TerminalWidth.least, width))
    }.joined(separator: "\n")
  }

  private static func wrapped(_ line: Substring, width: Int) -> String {
    guard line.count > width else { return String(line) }
    let indent = line.prefix { $0 == " " }.count
    var lines: [String] = []
    var current = String(repeating: " ", count: indent)
    var length = indent
    for piece in line.dropFirst(indent).split(separator: " ", omittingEmptySubsequences: false) {
      if length > indent, length + 1 + piece.count > width {
        lines.append(current)
        current = String(repeating: " ", count: indent + 4)
        length = indent + 4
      } else if length > indent {
        current += " "
        length += 1
      }
      current += piece
      length += piece.count
    }
    return (lines + [current]).joined(separator: "\n")
  }
}
