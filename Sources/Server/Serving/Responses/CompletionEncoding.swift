internal import CMCFastJSON

/// Answers and events of `/v1/completions`.
package struct CompletionEncoding: Sendable {
  private let head: ResponseHead

  /// For the answers of one request.
  package init(_ head: ResponseHead) { self.head = head }

  /// A whole answer, or with `usage` nil an event of a stream.
  ///
  /// - Parameters:
  ///   - choices: The texts or their parts.
  ///   - usage: How many tokens there were.
  /// - Returns: JSON in one line.
  package func json(_ choices: [TextChoice], usage: Usage? = nil) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("id", head.id)
      json.member("object", "text_completion")
      json.member("created", head.created)
      json.member("model", head.model)
      json.key("choices")
      json.array { json in for choice in choices { write(choice, &json) } }
      if let usage { usage.write(to: &json) }
    }
    return json.bytes
  }

  private func write(_ choice: TextChoice, _ json: inout JSONWriter) {
    json.object { json in
      json.member("index", choice.index)
      json.member("text", choice.text)
      json.key("logprobs")
      if let tokens = choice.tokens {
        write(tokens, choice.textOffsets, &json)
      } else {
        json.null()
      }
      json.member("finish_reason", choice.finish?.rawValue)
      choice.writeTrace(to: &json)
    }
  }

  /// The older form of log-probabilities: lists side by side, the best tokens as objects from text to number.
  private func write(_ tokens: [ScoredToken], _ offsets: [Int], _ json: inout JSONWriter) {
    json.object { json in
      json.key("tokens")
      json.array { json in for token in tokens { json.value(token.text) } }
      json.key("token_logprobs")
      json.array { json in for token in tokens { json.value(optional: token.logProbability) } }
      json.key("top_logprobs")
      json.array { json in
        for token in tokens {
          guard token.logProbability != nil else {
            json.null()
            continue
          }
          json.object { json in
            var seen: Set<String> = []
            // Two tokens may have one text; the better one, which comes first, has the name. The token itself is always
            // among them.
            for other in token.top + [token] where seen.insert(other.text).inserted {
              json.key(other.text)
              json.value(optional: other.logProbability)
            }
          }
        }
      }
      json.key("text_offset")
      json.array { json in for offset in offsets { json.value(offset) } }
    }
  }
}

extension JSONWriter {
  /// Writes a log-probability; what is not finite as the least number of float32, since JSON has no infinity.
  mutating func value(optional number: Double?) {
    guard let number else { return null() }
    value(number.isFinite ? number : -Double(Float.greatestFiniteMagnitude))
  }
}

extension Usage {
  /// Writes the member `usage`.
  func write(to json: inout JSONWriter) {
    json.key("usage")
    json.object { json in
      json.member("prompt_tokens", promptTokens)
      json.member("completion_tokens", completionTokens)
      json.member("total_tokens", promptTokens + completionTokens)
    }
  }
}

extension TextChoice {
  /// Writes the members `cmc_trace` and `cmc_step` where there is a trace or a step of one.
  func writeTrace(to json: inout JSONWriter) {
    if let trace {
      json.key("cmc_trace")
      TraceEncoding.write(trace, to: &json)
    }
    if let step {
      json.key("cmc_step")
      TraceEncoding.write(step, to: &json, isTrace: true)
    }
  }
}
