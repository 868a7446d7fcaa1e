internal import CMCFastJSON
internal import CMCPrimitives

/// One record of training data.
package struct TrainingRecord: Sendable, Equatable {
  /// A prompt and the answer to it.
  package struct Turn: Sendable, Equatable {
    /// What is asked.
    package var prompt: String
    /// What is learnt.
    package var response: String

    /// Joins them.
    package init(prompt: String, response: String) {
      self.prompt = prompt
      self.response = response
    }
  }

  /// What a record is.
  package enum Content: Sendable, Equatable {
    /// A text, all of which is learnt.
    case text(String)
    /// Turns, of which the responses are learnt.
    case turns([Turn])
  }

  /// The text or the turns.
  package var content: Content

  /// A record.
  package init(_ content: Content) { self.content = content }

  /// Reads records: a JSON array, or JSON lines.
  ///
  /// A record has `text`; or `prompt` with `response` or `completion`; or Alpaca's `instruction`, `input` and `output`; or
  /// TOFU's `question` and `answer`; or `messages` of `role` and `content`, of which those of the assistant are learnt.
  ///
  /// - Parameter path: The file, of at most 4 GiB.
  /// - Throws: `FileError` with a ``RecordError/malformed(line:reason:)`` or what is wrong with the JSON.
  /// - Complexity: O(bytes).
  package static func load(_ path: String) throws -> [TrainingRecord] {
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
          throw RecordError.malformed(line: number, reason: "\(key) is \(member.typeName), not a string")
        }
        return string
      }
      return nil
    }
    guard value.isObject else { throw RecordError.malformed(line: number, reason: "it is no object") }
    if let messages = value["messages"] {
      self.init(.turns(try Self.turns(messages, number: number)))
    } else if let instruction = try text("instruction", "prompt", "question") {
      guard let response = try text("output", "response", "completion", "answer") else {
        throw RecordError.malformed(line: number, reason: "it has a prompt and no response")
      }
      let input = try text("input") ?? ""
      let prompt = input.isEmpty ? instruction : instruction + "\n\n" + input
      self.init(.turns([Turn(prompt: prompt, response: response)]))
    } else if let whole = try text("text") {
      self.init(.text(whole))
    } else {
      throw RecordError.malformed(line: number, reason: "it has none of the fields that records have")
    }
  }

  private static func turns(_ messages: JSONValue, number: Int) throws -> [Turn] {
    var turns: [Turn] = []
    var pending = ""
    for message in messages.elements {
      guard let role = message["role"]?.string, let content = message["content"]?.string else {
        throw RecordError.malformed(line: number, reason: "a message without role or content")
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
      throw RecordError.malformed(line: number, reason: "no message of the assistant")
    }
    return turns
  }
}
