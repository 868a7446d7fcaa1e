import FastJSON

/// One document of the demonstration tasks: running text, or questions and answers.
enum TaskDocument: Sendable {
  case text(String)
  case chat([(prompt: String, response: String)])

  /// Its text, without anything between the turns, for the training of vocabularies.
  var plainText: String {
    switch self {
    case .text(let text): text
    case .chat(let turns): turns.map { " \($0.prompt)\n \($0.response)" }.joined(separator: "\n")
    }
  }

  /// A line of a JSON lines file: `text`, or `messages` with roles.
  func write(to writer: inout JSONWriter) {
    writer.object { line in
      switch self {
      case .text(let text): line.member("text", text)
      case .chat(let turns):
        line.key("messages")
        line.array { messages in
          for turn in turns {
            for (role, content) in [("user", turn.prompt), ("assistant", turn.response)] {
              messages.object {
                $0.member("role", role)
                $0.member("content", content)
              }
            }
          }
        }
      }
    }
  }
}
