/// What is wrong with a YAML file of ours, and on which line; a reader turns it into its own error.
package enum YAMLProblem: Error, Equatable {
  /// The text is not YAML, or not YAML that is taken.
  case syntax(line: Int, reason: String)
  /// A key that the mapping does not have.
  case unknownKey(line: Int, key: String, known: [String])
  /// A key that must be there is not.
  case missingKey(line: Int, key: String)
  /// A value is not what its key takes.
  case badValue(line: Int, key: String, wanted: String)
}
