/// A mapping of a YAML file whose keys have been checked.
package struct YAMLMapping {
  /// The line where it begins, from 1.
  package let line: Int
  /// Its members in the order of the file.
  package let values: [YAMLValue]

  /// The value of a key, or nil.
  package subscript(key: String) -> YAMLValue? { values.first { $0.key == key } }

  /// The value of a key that must be there.
  package func require(_ key: String) throws(YAMLProblem) -> YAMLValue {
    guard let value = self[key] else { throw .missingKey(line: line, key: key) }
    return value
  }

  /// The text of a key that may be left out.
  package func string(_ key: String) throws(YAMLProblem) -> String? {
    guard let value = self[key] else { return nil }
    return try value.plain()
  }
}
