import CMCHashing
import CMCVocabulary
import CMCYAML

/// Reads override files: YAML, checked key by key, every error with its line.
package enum OverrideReader {
  /// Larger files are refused; a thousand entries are some 100 kB.
  package static let sizeLimit = 1 << 20

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's content.
  ///   - name: What to call it in messages and in the map.
  /// - Throws: ``OverrideError``.
  package static func read(_ bytes: [UInt8], name: String) throws -> OverrideFile {
    do {
      return try parse(bytes, name: name)
    } catch let problem as YAMLProblem {
      throw OverrideError(problem)
    }
  }

  private static func parse(_ bytes: [UInt8], name: String) throws -> OverrideFile {
    guard let root = try YAMLText.compose(bytes, sizeLimit: sizeLimit) else {
      throw OverrideError.missingKey(line: 1, key: "version")
    }
    let top = try root.mapping(allowed: ["version", "source", "target", "entries"])
    let version = try top.require("version")
    guard version.scalar == "1" else {
      throw OverrideError.unsupportedVersion(line: version.line, version: version.scalar ?? "?")
    }
    let entries = try top.require("entries")
    var list: [OverrideEntry] = []
    if !entries.isNull {
      guard let sequence = entries.list else {
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
    let mapping = try value.mapping(allowed: ["name", "fingerprint"])
    var names: [String] = []
    if let list = mapping["name"]?.list {
      names = try list.map { item in
        guard let name = item.scalar else {
          throw OverrideError.badValue(line: value.line, key: "name", wanted: "a name or a list of names")
        }
        return name
      }
    } else if let name = try mapping.string("name") {
      names = [name]
    }
    return OverrideSide(names: names, fingerprint: try mapping.string("fingerprint"))
  }

  private static func entry(_ value: YAMLValue) throws -> OverrideEntry {
    let mapping = try value.mapping("an entry", allowed: ["source", "target", "combine", "note"])
    let target = try mapping.require("target")
    let targets: [TokenSelector]
    if target.isNull {
      targets = []
    } else if let list = target.list {
      targets = try list.map { try selector($0) }
      if targets.isEmpty {
        throw OverrideError.badValue(
          line: target.line, key: "target", wanted: "a token, null, or a list of tokens")
      }
    } else {
      targets = [try selector(target)]
    }
    var combination = TargetSequence.Combination.max
    if let value = mapping["combine"] {
      guard let named = TargetSequence.Combination(rawValue: value.scalar ?? "") else {
        throw OverrideError.badValue(line: value.line, key: "combine", wanted: "max or mean")
      }
      combination = named
    }
    return OverrideEntry(
      source: try selector(try mapping.require("source")), targets: targets,
      combination: combination, note: try mapping.string("note"), line: mapping.line)
  }

  private static func selector(_ value: YAMLValue) throws -> TokenSelector {
    let kinds = ["piece", "id", "byte", "role", "glob"]
    let mapping = try value.mapping(allowed: kinds)
    guard mapping.values.count == 1, let value = mapping.values.first else {
      throw OverrideError.badValue(
        line: mapping.line, key: value.key, wanted: "exactly one of \(kinds.joined(separator: ", "))")
    }
    let scalar = try value.plain()
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
      guard let byte = byte(scalar) else {
        throw OverrideError.badValue(line: value.line, key: "byte", wanted: "a number from 0x00 to 0xFF")
      }
      return .byte(byte)
    default:
      guard let id = number(scalar), id < VocabularyBuilder.idLimit else {
        throw OverrideError.badValue(
          line: value.line, key: "id", wanted: "a token id: digits alone, and no 0 before others")
      }
      return .id(id)
    }
  }

  /// A number in decimal digits.
  ///
  /// YAML has more ways to write one: `010` is 8 in its version 1.1 and 10 in 1.2.
  private static func number(_ text: String) -> Int? {
    guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
      text == "0" || text.utf8.first != 48
    else { return nil }
    return Int(text)
  }

  /// A byte, as a number in decimal digits or with `0x` in two hexadecimal ones.
  private static func byte(_ text: String) -> UInt8? {
    guard text.hasPrefix("0x") else { return number(text).flatMap { UInt8(exactly: $0) } }
    let digits = text.utf8.dropFirst(2)
    let isHexadecimal = digits.allSatisfy {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 | 0x20
    }
    guard (1...2).contains(digits.count), isHexadecimal else { return nil }
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
