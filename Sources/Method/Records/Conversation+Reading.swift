internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCPrompts

extension Conversation {
  /// The messages of a record: `messages` of `role` and `content`, or ShareGPT's `conversations` of `from` and `value`.
  ///
  /// - Returns: Nil where the record has neither.
  /// - Throws: `RecordError.malformed(line:reason:)`, for what a template would be given beside texts too.
  init?(record: JSONValue, number: Int) throws {
    func malformed(_ reason: String) -> RecordError { .malformed(line: number, reason: reason) }
    let list: (key: String, value: JSONValue)
    let others = record["conversations"].flatMap { $0.isNull ? nil : $0 }
    if let value = record["messages"], !value.isNull {
      guard others == nil else {
        throw malformed("it has messages and conversations, and one of them is asked for")
      }
      list = ("messages", value)
    } else if let others {
      list = ("conversations", others)
    } else {
      return nil
    }
    guard list.value.isArray else { throw malformed("\(list.key) is \(list.value.typeName), not an array") }
    try UnheededMembers.check(record: record, number: number)
    var messages: [Message] = []
    for value in list.value.elements {
      guard let role = (value["role"] ?? value["from"])?.string,
        let content = (value["content"] ?? value["value"])?.string
      else {
        throw malformed(
          value["content"]?.isArray == true
            ? "the content of a message is a list of parts, and a text is read"
            : "a message without a text as role or content")
      }
      try UnheededMembers.check(message: value, number: number)
      let name = value["name"].flatMap { $0.isNull ? nil : $0 }
      guard name == nil || name?.string != nil else {
        throw malformed("the name of a message is not a string")
      }
      messages.append(Message(role: Self.role(role), content: content, name: name?.string))
    }
    if let context = record["context"], !context.saysNothing {
      throw malformed("it has \(list.key), and a context that no message has")
    }
    // A question that some files keep apart, too.
    for key in ["prompt", "instruction", "question"] {
      guard let text = record[key]?.string, !messages.contains(where: { $0.content == text }) else {
        continue
      }
      throw malformed("it has \(list.key), and a \(key) that is none of them")
    }
    self = try Conversation(messages).joined(to: record, number: number)
  }

  /// The conversation with what a record says beside it: a system message; a history is refused, which has no form of its own.
  ///
  /// - Throws: `RecordError.malformed(line:reason:)`.
  func joined(to record: JSONValue, number: Int) throws -> Conversation {
    if let history = record["history"], !history.saysNothing {
      throw RecordError.malformed(line: number, reason: "history is not read; give messages")
    }
    guard let system = record["system"], !system.saysNothing else { return self }
    guard let text = system.string else {
      throw RecordError.malformed(line: number, reason: "system is \(system.typeName), not a string")
    }
    guard messages.first?.role != "system" else {
      if messages.first?.content == text { return self }
      throw RecordError.malformed(line: number, reason: "it has a system text and another system message")
    }
    return with(system: text)
  }

  /// What templates call a role that files name otherwise.
  private static func role(_ name: String) -> String {
    switch name {
    case "human": "user"
    case "gpt", "model", "bot", "chatgpt": "assistant"
    default: name
    }
  }
}
