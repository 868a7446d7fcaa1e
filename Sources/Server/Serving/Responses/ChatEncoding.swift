internal import CMCFastJSON

/// Answers and events of `/v1/chat/completions`.
package struct ChatEncoding: Sendable {
  private let head: ResponseHead

  /// For the answers of one request.
  package init(_ head: ResponseHead) { self.head = head }

  /// A whole answer.
  package func json(_ choices: [TextChoice], usage: Usage) -> [UInt8] {
    object("chat.completion", choices, usage: usage) { choice, json in
      json.key("message")
      json.object { json in
        json.member("role", "assistant")
        json.member("content", choice.text)
      }
    }
  }

  /// The event that begins a text: who speaks.
  package func begin(_ index: Int) -> [UInt8] {
    object("chat.completion.chunk", [TextChoice(index: index, text: "")], usage: nil) { _, json in
      json.key("delta")
      json.object { json in
        json.member("role", "assistant")
        json.member("content", "")
      }
    }
  }

  /// An event with what was added to a text; with the end of it, nothing may have been.
  package func chunk(_ choice: TextChoice) -> [UInt8] {
    object("chat.completion.chunk", [choice], usage: nil) { choice, json in
      json.key("delta")
      json.object { json in if !choice.text.isEmpty { json.member("content", choice.text) } }
    }
  }

  /// The event behind the last text, where it was asked for.
  package func usage(_ usage: Usage) -> [UInt8] {
    object("chat.completion.chunk", [], usage: usage) { _, _ in }
  }

  private func object(
    _ kind: String, _ choices: [TextChoice], usage: Usage?,
    _ body: (TextChoice, inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("id", head.id)
      json.member("object", kind)
      json.member("created", head.created)
      json.member("model", head.model)
      json.key("choices")
      json.array { json in
        for choice in choices {
          json.object { json in
            json.member("index", choice.index)
            body(choice, &json)
            json.key("logprobs")
            write(choice.tokens, &json)
            json.member("finish_reason", choice.finish?.rawValue)
            choice.writeTrace(to: &json)
          }
        }
      }
      if let usage { usage.write(to: &json) }
    }
    return json.bytes
  }

  private func write(_ tokens: [ScoredToken]?, _ json: inout JSONWriter) {
    guard let tokens else { return json.null() }
    json.object { json in
      json.key("content")
      json.array { json in
        for token in tokens {
          json.object { json in
            write(token, &json)
            json.key("top_logprobs")
            json.array { json in
              for other in token.top { json.object { json in write(other, &json) } }
            }
          }
        }
      }
    }
  }

  private func write(_ token: ScoredToken, _ json: inout JSONWriter) {
    json.member("token", token.text)
    json.key("logprob")
    json.value(optional: token.logProbability)
    json.member("bytes", token.bytes)
  }
}
