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
    if let value = record["messages"], !value.isNull {
      list = ("messages", value)
    } else if let value = record["conversations"], !value.isNull {
      list = ("conversations", value)
    } else {
      return nil
    }
    guard list.value.isArray else { throw malformed("\(list.key) is \(list.value.typeName), not an array") }
    for key in ["tools", "functions"] where record[key].map({ !Self.isNothing($0) }) ?? false {
      throw malformed("\(key) are not given to a template")
    }
    var messages: [Message] = []
    for value in list.value.elements {
      guard let role = (value["role"] ?? value["from"])?.string,
        let content = (value["content"] ?? value["value"])?.string
      else { throw malformed("a message without a text as role or content") }
      for key in ["tool_calls", "function_call", "reasoning_content"]
      where value[key].map({ !Self.isNothing($0) }) ?? false {
        throw malformed("\(key) of a message is not given to a template")
      }
      messages.append(Message(role: Self.role(role), content: content, name: value["name"]?.string))
    }
    self.init(messages)
  }

  /// Whether a member says nothing: null, an empty list, object or text.
  private static func isNothing(_ value: JSONValue) -> Bool {
    value.isNull || value.string?.isEmpty ?? ((value.isArray || value.isObject) && value.countHint == 0)
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
