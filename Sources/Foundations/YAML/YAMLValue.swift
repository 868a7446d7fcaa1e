internal import Yams

/// A value of a YAML file, with its place and what messages call it.
package struct YAMLValue {
  /// The key it stands under; of an item of a list, the list's.
  package let key: String
  /// The line where it begins, from 1.
  package let line: Int
  private let node: Node

  init(key: String, node: Node, line: Int) {
    (self.key, self.node, self.line) = (key, node, node.mark?.line ?? line)
  }

  /// The text as it stands, whatever type YAML would see in it (`1`, `true`); nil for a list or a mapping.
  package var scalar: String? { node.scalar?.string }

  /// Whether it is YAML's null: nothing, `~` or `null`.
  package var isNull: Bool { node.null != nil }

  /// The items of a list, or nil.
  package var list: [YAMLValue]? {
    node.sequence.map { $0.map { YAMLValue(key: key, node: $0, line: line) } }
  }

  /// The value as a mapping that has none but the allowed keys.
  ///
  /// - Parameters:
  ///   - name: What to call it where it is no mapping; the key unless given.
  ///   - allowed: The keys it may have.
  package func mapping(_ name: String? = nil, allowed: [String]) throws(YAMLProblem) -> YAMLMapping {
    guard let mapping = node.mapping else {
      throw .badValue(
        line: line, key: name ?? key, wanted: "a mapping of \(allowed.joined(separator: ", "))")
    }
    var values: [YAMLValue] = []
    for (name, value) in mapping {
      let keyLine = name.mark?.line ?? line
      guard let name = name.scalar?.string, allowed.contains(name) else {
        throw .unknownKey(line: keyLine, key: name.scalar?.string ?? "?", known: allowed)
      }
      values.append(YAMLValue(key: name, node: value, line: keyLine))
    }
    return YAMLMapping(line: line, values: values)
  }

  /// The members of a mapping that may have any keys, in the order of the file.
  package func members() throws(YAMLProblem) -> [YAMLValue] {
    guard let mapping = node.mapping else { throw .badValue(line: line, key: key, wanted: "a mapping") }
    var values: [YAMLValue] = []
    for (name, value) in mapping {
      guard let text = name.scalar?.string else {
        throw .badValue(line: name.mark?.line ?? line, key: key, wanted: "names as keys")
      }
      values.append(YAMLValue(key: text, node: value, line: name.mark?.line ?? line))
    }
    return values
  }

  /// The text of a value that must be plain.
  package func plain() throws(YAMLProblem) -> String {
    guard let scalar else { throw .badValue(line: line, key: key, wanted: "a plain value") }
    return scalar
  }
}
