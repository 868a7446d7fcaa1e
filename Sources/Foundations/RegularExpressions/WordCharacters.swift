/// The characters that `\w` of Rust's regular expressions matches: letters, marks, digits, connectors and joiners.
package enum WordCharacters {
  private static let set = ScalarSet.wordCharacters(.rust)

  /// Whether a character is part of a word.
  package static func contains(_ scalar: Unicode.Scalar) -> Bool { set.contains(scalar.value) }
}
