import Yams

/// A mapping of a YAML file whose keys have been checked.
struct YAMLMapping {
  /// The line where it begins.
  let line: Int
  /// Its members in the order of the file.
  let values: [YAMLValue]

  /// Takes a node that must be a mapping with none but the allowed keys.
  init(_ node: Node, key: String, allowed: [String]) throws {
    line = node.mark?.line ?? 1
    guard let mapping = node.mapping else {
      throw OverrideError.badValue(
        line: line, key: key, wanted: "a mapping of \(allowed.joined(separator: ", "))")
    }
    var values: [YAMLValue] = []
    for (name, value) in mapping {
      let keyLine = name.mark?.line ?? line
      guard let name = name.scalar?.string, allowed.contains(name) else {
        throw OverrideError.unknownKey(line: keyLine, key: name.scalar?.string ?? "?", known: allowed)
      }
      values.append(YAMLValue(key: name, node: value, line: value.mark?.line ?? keyLine))
    }
    self.values = values
  }

  /// The value of a key, or nil.
  subscript(key: String) -> YAMLValue? { values.first { $0.key == key } }

  /// The value of a key that must be there.
  func require(_ key: String) throws -> YAMLValue {
    guard let value = self[key] else { throw OverrideError.missingKey(line: line, key: key) }
    return value
  }

  /// The text of a key that may be left out.
  func string(_ key: String) throws -> String? {
    guard let value = self[key] else { return nil }
    guard let scalar = value.node.scalar else {
      throw OverrideError.badValue(line: value.line, key: key, wanted: "a plain value")
    }
    return scalar.string
  }
}

/// A member of a mapping, with its place.
struct YAMLValue {
  let key: String
  let node: Node
  let line: Int
}
