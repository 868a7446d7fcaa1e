internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrompts

extension RunDescription {
  /// What was asked: conversations where the run has such, or else prompts.
  var asked: [Conversation] {
    get {
      conversations?.map { messages in
        Conversation(
          messages.map { .init(role: $0.role, content: $0.content, input: $0.input ?? "", name: $0.name) })
      } ?? prompts.map { Conversation($0) }
    }
    set {
      prompts = newValue.map(\.text)
      conversations =
        newValue.allSatisfy(\.isQuestion)
        ? nil
        : newValue.map { conversation in
          conversation.messages.map {
            Message(
              role: $0.role, content: $0.content, input: $0.input.isEmpty ? nil : $0.input, name: $0.name)
          }
        }
    }
  }
}

extension Conversation {
  /// Whether it is one question of a user, without an input of its own.
  var isQuestion: Bool { self == Conversation(text) }

  /// What tells it from others: a question's text, or all messages.
  var digested: String {
    if isQuestion { return text }
    var json = JSONWriter(.compact)
    json.array { json in
      for message in messages {
        for part in [message.role, message.content, message.input, message.name ?? ""] { json.value(part) }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
