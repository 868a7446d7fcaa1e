internal import CMCChatTemplates

/// What a model is asked: a question, or a conversation up to the answer that is wanted.
public struct Conversation: Sendable, Equatable, ExpressibleByStringLiteral {
  /// What somebody says in it.
  public struct Message: Sendable, Equatable {
    /// `system`, `user` or `assistant`; a model's own template may know others.
    public var role: String
    /// What is said.
    public var content: String
    /// What the content is about, where Alpaca's records keep it apart; mostly empty.
    public var input: String
    /// Who says it, for templates that write names.
    public var name: String?

    /// A message.
    public init(role: String, content: String, input: String = "", name: String? = nil) {
      self.role = role
      self.content = content
      self.input = input
      self.name = name
    }

    /// What messages of others may hold for a template, and is not given to it here: readers refuse these by name.
    package static let membersNotCarried = [
      "tool_calls", "tool_call_id", "function_call", "reasoning_content", "reasoning", "thinking", "refusal",
      "annotations",
      "audio", "tools",
    ]

    /// Content and input in one, for templates that do not keep them apart.
    package var text: String { input.isEmpty ? content : content + "\n\n" + input }

    /// As a chat template takes it.
    var turn: ChatTemplate.Message { ChatTemplate.Message(role: role, content: text, name: name) }
  }

  /// The messages, the earliest first.
  public var messages: [Message]

  /// A conversation.
  public init(_ messages: [Message]) { self.messages = messages }

  /// One question of a user.
  public init(_ prompt: String) { messages = [Message(role: "user", content: prompt)] }

  /// One question of a user.
  public init(stringLiteral prompt: String) { self.init(prompt) }

  /// The text of one question alone, or all that is said with who says it, for people and for digests.
  public var text: String {
    if messages.count == 1, messages[0].role == "user" { return messages[0].text }
    return messages.map { "\($0.role)\($0.name.map { " (\($0))" } ?? ""): \($0.text)" }.joined(
      separator: "\n\n")
  }

  /// The conversation with a system message at its beginning, unless it has one.
  package func with(system: String?) -> Conversation {
    guard let system, messages.first?.role != "system" else { return self }
    return Conversation([Message(role: "system", content: system)] + messages)
  }
}
