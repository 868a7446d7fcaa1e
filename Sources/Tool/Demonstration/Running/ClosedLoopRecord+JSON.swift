package import CMCFastJSON

extension ClosedLoopText.Record {
  /// Writes the record as a line of training data.
  package func write(_ json: inout JSONWriter) {
    json.object { json in
      if turns.isEmpty {
        json.member("text", text)
      } else if turns.count == 1 {
        json.member("prompt", turns[0].prompt)
        json.member("response", turns[0].response)
      } else {
        json.key("messages")
        json.array { json in
          for turn in turns {
            for (role, content) in [("user", turn.prompt), ("assistant", turn.response)] {
              json.object { json in
                json.member("role", role)
                json.member("content", content)
              }
            }
          }
        }
      }
    }
    json.endLine()
  }
}
