internal import Yams

/// Reads YAML of strangers: what could exhaust the stack or the memory of the parser below is refused before it runs.
package enum YAMLText {
  /// The value that a text holds, or nil where it holds none.
  ///
  /// A byte order mark of UTF-8 at its beginning says nothing that is not known, and is no part of it.
  ///
  /// - Parameters:
  ///   - bytes: The text; it must be UTF-8.
  ///   - sizeLimit: Larger texts are refused.
  /// - Throws: ``YAMLProblem/syntax(line:reason:)``.
  package static func compose(_ bytes: [UInt8], sizeLimit: Int) throws(YAMLProblem) -> YAMLValue? {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let encoding = otherEncoding(of: bytes) {
      throw .syntax(line: 1, reason: "the file is \(encoding), \(notUTF8)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .syntax(line: 1, reason: "the file is \(notUTF8)")
    }
    try checkNesting(bytes, sizeLimit)
    do {
      return try Yams.compose(yaml: text).map { YAMLValue(key: "the file", node: $0, line: 1) }
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw .syntax(line: mark.line, reason: problem)
      case .duplicatedKeysInMapping(let keys, let context):
        throw .syntax(
          line: context.mark.line,
          reason: "the key '\(keys.first.map { $0.description } ?? "?")' stands twice")
      default: throw .syntax(line: 1, reason: "the text cannot be read")
      }
    } catch {
      throw .syntax(line: 1, reason: "the text cannot be read")
    }
  }

  /// How a reason ends where the bytes are of another encoding: what is wrong then is not the YAML.
  package static let notUTF8 = "not UTF-8"

  /// The encoding of two or four bytes a character that a text is in, by its byte order mark or by the half of its first
  /// character that is 0; nil where there is no sign of one.
  private static func otherEncoding(of bytes: [UInt8]) -> String? {
    let start = Array(bytes.prefix(4))
    if start == [0xFF, 0xFE, 0, 0] || start == [0, 0, 0xFE, 0xFF] { return "UTF-32" }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard start.count > 1, start[0] == 0 || start[1] == 0 else { return nil }
    return start.count == 4 && start.count { $0 == 0 } == 3 ? "UTF-32" : "UTF-16"
  }

  /// Refuses nesting that no file of ours has: the parser calls itself once a level.
  private static func checkNesting(_ bytes: [UInt8], _ sizeLimit: Int) throws(YAMLProblem) {
    guard bytes.count <= sizeLimit else {
      throw .syntax(line: 1, reason: "the file has more than \(sizeLimit) bytes")
    }
    var line = 1
    var open = 0
    // An apostrophe inside a word looks like a quote here: what seems to be quoted is counted all the same, with more
    // patience.
    var openAnywhere = 0
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
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { openAnywhere += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { openAnywhere = max(0, openAnywhere - 1) }
      if openAnywhere > 256 { throw .syntax(line: line, reason: "nested too deeply") }
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
          throw .syntax(line: line, reason: "anchors and aliases are not taken; quote a piece that begins so")
        }
        atStart = false
      case UInt8(ascii: "["), UInt8(ascii: "{"): (open, atStart) = (open + 1, false)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): (open, atStart) = (max(0, open - 1), false)
      default: atStart = false
      }
      if open > 32 || dashes > 32 || indent > 256 {
        throw .syntax(line: line, reason: "nested too deeply")
      }
    }
  }
}
