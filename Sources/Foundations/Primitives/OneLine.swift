/// Text out of a file as an error message may quote it: one line, no control characters, not endless.
///
/// Line ends, tabs and other control characters become escapes as in a Swift literal, so a hostile file can neither
/// break a message in two nor send commands to a terminal; beyond `limit` scalars an ellipsis stands for the rest.
///
/// - Complexity: O(`limit`).
package func oneLine(_ text: String, limit: Int = 200) -> String {
  var line = ""
  var left = limit
  for scalar in text.unicodeScalars {
    guard left > 0 else { return line + "…" }
    left -= 1
    append(scalar, to: &line)
  }
  return line
}

/// Text as a terminal may have it, whole: paths and names can have anything in them, as other people give them.
///
/// What would act on a terminal or turn the direction of writing is an escape, and so is a byte of a name that is no UTF-8.
/// A text that was made safe stays as it is.
///
/// - Parameter keepsLines: Whether line feeds stay.
/// - Complexity: O(text).
package func terminalText(_ text: String, keepsLines: Bool = false) -> String {
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
  var line = ""
  for scalar in text.unicodeScalars {
    if keepsLines, scalar == "\n" { line += "\n" } else { append(scalar, to: &line) }
  }
  return line
}

private func append(_ scalar: Unicode.Scalar, to line: inout String) {
  if let byte = scalar.pathByte {
    line += "\\x" + String(byte, radix: 16, uppercase: true)
    return
  }
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator, .format: line += scalar.escaped(asASCII: true)
  default: line.unicodeScalars.append(scalar)
  }
}
