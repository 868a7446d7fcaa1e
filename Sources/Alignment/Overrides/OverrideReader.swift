import Hashing
import Vocabulary
import Yams

/// Reads override files: YAML, checked key by key, every error with its line.
public enum OverrideReader {
  /// Larger files are refused; a thousand entries are some 100 kB.
  public static let sizeLimit = 1 << 20

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - name: What to call it in messages and in the map.
  /// - Throws: ``OverrideError``.
  public static func read(_ bytes: [UInt8], name: String) throws -> OverrideFile {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw OverrideError.syntax(line: 1, reason: "the file is not UTF-8")
    }
    try checkNesting(bytes)
    guard let root = try compose(text) else { throw OverrideError.missingKey(line: 1, key: "version") }
    let top = try YAMLMapping(root, key: "the file", allowed: ["version", "source", "target", "entries"])
    let version = try top.require("version")
    guard version.node.scalar?.string == "1" else {
      throw OverrideError.unsupportedVersion(line: version.line, version: version.node.scalar?.string ?? "?")
    }
    let entries = try top.require("entries")
    var list: [OverrideEntry] = []
    if entries.node.null == nil {
      guard let sequence = entries.node.sequence else {
        throw OverrideError.badValue(line: entries.line, key: "entries", wanted: "a list")
      }
      list = try sequence.map { try entry($0) }
    }
    return OverrideFile(
      name: name, digest: SHA256Digest(hashing: bytes), source: try side(top["source"]),
      target: try side(top["target"]),
      entries: list)
  }

  private static func side(_ value: YAMLValue?) throws -> OverrideSide? {
    guard let value else { return nil }
    let mapping = try YAMLMapping(value.node, key: value.key, allowed: ["name", "fingerprint"])
    var names: [String] = []
    if let list = mapping["name"]?.node.sequence {
      names = try list.map { item in
        guard let name = item.scalar?.string else {
          throw OverrideError.badValue(line: value.line, key: "name", wanted: "a name or a list of names")
        }
        return name
      }
    } else if let name = try mapping.string("name") {
      names = [name]
    }
    return OverrideSide(names: names, fingerprint: try mapping.string("fingerprint"))
  }

  private static func entry(_ node: Node) throws -> OverrideEntry {
    let mapping = try YAMLMapping(node, key: "an entry", allowed: ["source", "target", "combine", "note"])
    let target = try mapping.require("target")
    let targets: [TokenSelector]
    if target.node.null != nil {
      targets = []
    } else if let list = target.node.sequence {
      targets = try list.map { try selector($0, key: "target") }
      if targets.isEmpty {
        throw OverrideError.badValue(
          line: target.line, key: "target", wanted: "a token, null, or a list of tokens")
      }
    } else {
      targets = [try selector(target.node, key: "target")]
    }
    var combination = TargetSequence.Combination.max
    if let value = mapping["combine"] {
      guard let named = TargetSequence.Combination(rawValue: value.node.scalar?.string ?? "") else {
        throw OverrideError.badValue(line: value.line, key: "combine", wanted: "max or mean")
      }
      combination = named
    }
    return OverrideEntry(
      source: try selector(try mapping.require("source").node, key: "source"), targets: targets,
      combination: combination, note: try mapping.string("note"), line: mapping.line)
  }

  private static func selector(_ node: Node, key: String) throws -> TokenSelector {
    let kinds = ["piece", "id", "byte", "role", "glob"]
    let mapping = try YAMLMapping(node, key: key, allowed: kinds)
    guard mapping.values.count == 1, let value = mapping.values.first else {
      throw OverrideError.badValue(
        line: mapping.line, key: key, wanted: "exactly one of \(kinds.joined(separator: ", "))")
    }
    guard let scalar = value.node.scalar?.string else {
      throw OverrideError.badValue(line: value.line, key: value.key, wanted: "a plain value")
    }
    switch value.key {
    case "piece": return .piece(scalar)
    case "glob": return .glob(scalar)
    case "role":
      guard let role = TokenRole(name: scalar) else {
        let names = TokenRole.allCases.map(\.name).joined(separator: ", ")
        throw OverrideError.badValue(line: value.line, key: "role", wanted: "one of \(names)")
      }
      return .role(role)
    case "byte":
      guard let byte = value.node.int, let byte = UInt8(exactly: byte) else {
        throw OverrideError.badValue(line: value.line, key: "byte", wanted: "a number from 0x00 to 0xFF")
      }
      return .byte(byte)
    default:
      guard let id = value.node.int, id >= 0, id < VocabularyBuilder.idLimit else {
        throw OverrideError.badValue(line: value.line, key: "id", wanted: "a token id")
      }
      return .id(id)
    }
  }

  private static func compose(_ text: String) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw OverrideError.syntax(line: mark.line, reason: problem)
      case .duplicatedKeysInMapping(let keys, let context):
        throw OverrideError.syntax(
          line: context.mark.line,
          reason: "the key '\(keys.first.map { $0.description } ?? "?")' stands twice")
      default: throw OverrideError.syntax(line: 1, reason: "the text cannot be read")
      }
    }
  }

  /// Refuses nesting that no override file has: the parser below calls itself once a level.
  private static func checkNesting(_ bytes: [UInt8]) throws {
    guard bytes.count <= sizeLimit else {
      throw OverrideError.syntax(line: 1, reason: "the file has more than \(sizeLimit) bytes")
    }
    var line = 1
    var open = 0
    var dashes = 0
    var indent = 0
    var atStart = true
    var quote: UInt8 = 0
    var previous = UInt8(ascii: " ")
    for byte in bytes {
      defer { previous = byte }
      if byte == UInt8(ascii: "\n") {
        (line, dashes, indent, atStart) = (line + 1, 0, 0, true)
        continue
      }
      if quote != 0 {
        if byte == quote { quote = 0 }
        continue
      }
      switch byte {
      case UInt8(ascii: " ") where atStart: indent += 1
      case UInt8(ascii: "-") where atStart, UInt8(ascii: "?") where atStart: dashes += 1
      case UInt8(ascii: "\""), UInt8(ascii: "'"): (quote, atStart) = (byte, false)
      case UInt8(ascii: "&"), UInt8(ascii: "*"):
        // An alias of an alias of an alias … can stand for more nodes than there is memory.
        if [UInt8](" ,[{-:\n".utf8).contains(previous) {
          throw OverrideError.syntax(
            line: line, reason: "anchors and aliases are not taken; quote a piece that begins so")
        }
        atStart = false
      case UInt8(ascii: "["), UInt8(ascii: "{"): (open, atStart) = (open + 1, false)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): (open, atStart) = (max(0, open - 1), false)
      default: atStart = false
      }
      if open > 32 || dashes > 32 || indent > 256 {
        throw OverrideError.syntax(line: line, reason: "nested too deeply")
      }
    }
  }
}
