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
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format:
      line += scalar.escaped(asASCII: true)
    default: line.unicodeScalars.append(scalar)
    }
  }
  return line
}
