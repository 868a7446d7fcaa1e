import CMCPrimitives
package import CMCVocabulary

/// Writes a first override file: one entry for each special token that the rules could not place.
package enum OverrideStarter {
  /// The text of the file; every entry leaves its token unmatched until someone fills it in.
  ///
  /// - Complexity: O(tokens).
  package static func text(
    for map: TokenMap, source: TokenizerDescription, target: TokenizerDescription
  ) -> String {
    let unplaced = (0..<map.count).filter { source.vocabulary.kinds[$0] == .special && map.ids[$0] < 0 }
    var lines = [
      "# Special tokens of \(source.name) that have no counterpart in \(target.name).",
      "# Replace null by {piece: …}, {id: …}, {role: …} or {byte: 0x0A}, or by a list of them; drop what may stay unmatched.",
      "# Special tokens of \(target.name), for choosing:",
    ]
    let specials = (0..<target.vocabulary.idLimit).filter { target.vocabulary.kinds[$0] == .special }
    for id in specials.prefix(40) {
      let roles = target.vocabulary.roles(of: Int32(id)).roles.map(\.name).joined(separator: ", ")
      lines.append("#   \(id)  \(shown(target.vocabulary, id))\(roles.isEmpty ? "" : "  (\(roles))")")
    }
    if specials.count > 40 { lines.append("#   … and \(specials.count - 40) more") }
    lines += [
      "version: 1",
      "source: {name: \(quoted(source.name)), fingerprint: \(source.vocabulary.fingerprint)}",
      "target: {name: \(quoted(target.name)), fingerprint: \(target.vocabulary.fingerprint)}",
      unplaced.isEmpty ? "entries: []" : "entries:",
    ]
    for id in unplaced {
      lines.append("  - source: {id: \(id)}  # \(shown(source.vocabulary, id))")
      lines.append("    target: null")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func shown(_ vocabulary: Vocabulary, _ id: Int) -> String {
    vocabulary.token(Int32(id)).label
  }

  /// A double-quoted YAML scalar.
  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar -> String in
      switch scalar {
      case "\"", "\\": "\\\(scalar)"
      case _ where scalar.value < 0x20: "?"
      default: String(scalar)
      }
    }
    return "\"\(escaped.joined())\""
  }
}
