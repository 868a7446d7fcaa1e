package import FastJSON
internal import Primitives

/// One record of training data.
public struct TrainingRecord: Sendable, Equatable {
  /// A prompt and the answer to it.
  public struct Turn: Sendable, Equatable {
    /// What is asked.
    public var prompt: String
    /// What is learnt.
    public var response: String

    /// Joins them.
    public init(prompt: String, response: String) {
      self.prompt = prompt
      self.response = response
    }
  }

  /// What a record is.
  public enum Content: Sendable, Equatable {
    /// A text, all of which is learnt.
    case text(String)
    /// Turns, of which the responses are learnt.
    case turns([Turn])
  }

  /// The text or the turns.
  public var content: Content

  /// A record.
  public init(_ content: Content) { self.content = content }

  /// Reads records: a JSON array, or JSON lines.
  ///
  /// A record has `text`; or `prompt` with `response` or `completion`; or Alpaca's `instruction`, `input` and `output`; or
  /// TOFU's `question` and `answer`; or `messages` of `role` and `content`, of which those of the assistant are learnt.
  ///
  /// - Parameter path: The file, of at most 4 GiB.
  /// - Throws: `FileError` with a ``TrainingError/record(line:reason:)`` or what is wrong with the JSON.
  /// - Complexity: O(bytes).
  public static func load(_ path: String) throws -> [TrainingRecord] {
    let bytes = try readFile(path, limit: 4 << 30)
    return try withFile(path) { try parse(bytes) }
  }

  package static func parse(_ bytes: [UInt8]) throws -> [TrainingRecord] {
    try JSONRecords.forEach(bytes) { try TrainingRecord($0, number: $1) }
  }

  private init(_ value: JSONValue, number: Int) throws {
    func text(_ keys: String...) throws -> String? {
      for key in keys {
        guard let member = value[key], !member.isNull else { continue }
        guard let string = member.string else {
          throw TrainingError.record(line: number, reason: "\(key) is \(member.typeName), not a string")
        }
        return string
      }
      return nil
    }
    guard value.isObject else { throw TrainingError.record(line: number, reason: "it is no object") }
    if let messages = value["messages"] {
      self.init(.turns(try Self.turns(messages, number: number)))
    } else if let instruction = try text("instruction", "prompt", "question") {
      guard let response = try text("output", "response", "completion", "answer") else {
        throw TrainingError.record(line: number, reason: "it has a prompt and no response")
      }
      let input = try text("input") ?? ""
      let prompt = input.isEmpty ? instruction : instruction + "\n\n" + input
      self.init(.turns([Turn(prompt: prompt, response: response)]))
    } else if let whole = try text("text") {
      self.init(.text(whole))
    } else {
      throw TrainingError.record(line: number, reason: "it has none of the fields that records have")
    }
  }

  private static func turns(_ messages: JSONValue, number: Int) throws -> [Turn] {
    var turns: [Turn] = []
    var pending = ""
    for message in messages.elements {
      guard let role = message["role"]?.string, let content = message["content"]?.string else {
        throw TrainingError.record(line: number, reason: "a message without role or content")
      }
      switch role {
      case "assistant", "model":
        turns.append(Turn(prompt: pending, response: content))
        pending = ""
      // What stands before the first question belongs to it.
      default: pending += pending.isEmpty ? content : "\n\n" + content
      }
    }
    guard !turns.isEmpty else {
      throw TrainingError.record(line: number, reason: "no message of the assistant")
    }
    return turns
  }
}

/// Files of records: a JSON array, or JSON lines.
package enum JSONRecords {
  /// What `body` makes of each record, which gets its number from 1.
  ///
  /// - Throws: What is wrong with the JSON, ``TrainingError/record(line:reason:)``, and what `body` throws.
  package static func forEach<T>(_ bytes: [UInt8], _ body: (JSONValue, Int) throws -> T) throws -> [T] {
    var results: [T] = []
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
    if bytes.first(where: { !isBlank($0) }) == UInt8(ascii: "[") {
      try JSONDocument(bytes).root.forEachElement { results.append(try body($1, $0 + 1)) }
      return results
    }
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      number += 1
      if bytes[start..<end].contains(where: { !isBlank($0) }) {
        do {
          results.append(try body(try JSONDocument(Array(bytes[start..<end])).root, number))
        } catch let error as JSONError {
          throw TrainingError.record(line: number, reason: error.description)
        }
      }
      start = end + 1
    }
    return results
  }
}
