internal import CMCFastJSON
internal import CMCPrimitives
package import CMCPrompts

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
    /// A conversation, of which the answers are learnt.
    case conversation(Conversation)

    /// Questions of a user and the answers to them.
    package static func turns(_ turns: [Turn]) -> Content {
      .conversation(
        Conversation(
          turns.flatMap {
            [.init(role: "user", content: $0.prompt), .init(role: "assistant", content: $0.response)]
          }))
    }
  }

  /// The text or the turns.
  package var content: Content

  /// A record.
  package init(_ content: Content) { self.content = content }

  /// Reads records: a JSON array, or JSON lines.
  ///
  /// A record has `text`; or `prompt` with `response` or `completion`; or Alpaca's `instruction`, `input` and `output`, of which
  /// Dolly's call the second `context`; or TOFU's `question` and `answer`; or `messages` of `role` and `content`, or ShareGPT's `conversations` of `from` and
  /// `value`, of which those of the assistant are learnt.
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
    func text(_ keys: String...) throws -> String? { try value.text(keys, number: number) }
    guard value.isObject else { throw RecordError.malformed(line: number, reason: "it is no object") }
    try UnheededMembers.check(record: value, number: number)
    try UnheededMembers.checkLearning(value, number: number)
    if let conversation = try Conversation(record: value, number: number) {
      guard conversation.messages.contains(where: { $0.role == "assistant" }) else {
        throw RecordError.malformed(line: number, reason: "no message of the assistant")
      }
      self.init(.conversation(conversation))
    } else if let instruction = try text("instruction", "prompt", "question") {
      guard let response = try text("output", "response", "completion", "answer") else {
        throw RecordError.malformed(line: number, reason: "it has a prompt and no response")
      }
      // Alpaca's records hold both once more as one text; another text would be dropped.
      if let whole = try text("text"), !whole.contains(response) {
        throw RecordError.malformed(
          line: number, reason: "it has a prompt and a text that does not hold its response")
      }
      let input = try text("input", "context") ?? ""
      self.init(
        .conversation(
          try Conversation([
            .init(role: "user", content: instruction, input: input),
            .init(role: "assistant", content: response),
          ]).joined(to: value, number: number)))
    } else if let whole = try text("text") {
      self.init(.text(whole))
    } else {
      throw RecordError.malformed(line: number, reason: "it has none of the fields that records have")
    }
  }
}
