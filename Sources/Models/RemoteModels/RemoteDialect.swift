internal import CMCFastJSON
internal import CMCLanguageModel

/// How a server is asked for the most likely tokens.
package enum RemoteDialect: String, Sendable {
  /// llama.cpp's own: `POST /completion`.
  case llamaCpp = "llama.cpp"
  /// OpenAI's, as vLLM has it: `POST /v1/completions` with ids for a prompt, and ids for tokens in the answer.
  case openAI = "OpenAI"

  /// The path of requests for tokens.
  var completionPath: String { self == .llamaCpp ? "/completion" : "/v1/completions" }

  /// The lowest log-probability that says what it says.
  ///
  /// llama.cpp takes logarithms of single-precision probabilities, which lose their digits below 2⁻¹²⁶; vLLM writes -9999 for
  /// everything lower.
  var least: Float { self == .llamaCpp ? -87.3 : -9998 }

  /// What asks for the most likely tokens behind a history.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - model: The model's name, where requests give one.
  ///   - slot: Which of the histories that the server keeps this one goes on from.
  ///   - plain: A token that stands for whole characters.
  func request(_ tokens: [Int32], count: Int, model: String, slot: Int?, plain: Int32) -> [UInt8] {
    var json = JSONWriter(.compact, capacity: 8 * tokens.count + 200)
    json.object { json in
      json.member("prompt", tokens)
      json.member("temperature", 0)
      json.member("stream", false)
      switch self {
      case .llamaCpp:
        json.member("n_predict", 1)
        json.member("n_probs", count)
        json.member("post_sampling_probs", false)
        json.member("cache_prompt", true)
        if let slot { json.member("id_slot", slot) }
        // The server leaves the probabilities out where its own choice is a part of a character. What it chooses is not
        // looked at, and the probabilities are those before the bias.
        json.key("logit_bias")
        json.array { json in
          json.array { json in
            json.value(plain)
            json.value(1e6)
          }
        }
        json.key("response_fields")
        json.array { json in
          for name in ["completion_probabilities", "tokens_evaluated", "truncated", "model"] {
            json.value(name)
          }
        }
      case .openAI:
        json.member("model", model)
        json.member("max_tokens", 1)
        json.member("logprobs", count)
        json.member("return_tokens_as_token_ids", true)
      }
    }
    return json.bytes
  }

  /// Reads the answer.
  ///
  /// - Returns: Tokens with their log-probabilities, and the model's name where it is there.
  /// - Throws: `JSONError`, ``DialectError``.
  func read(
    _ root: JSONValue, tokens: Int
  ) throws -> (pairs: [(id: Int, value: Double)], model: String?) {
    let model = root["model"]?.string
    switch self {
    case .llamaCpp:
      if root["truncated"]?.bool == true { throw DialectError.truncated }
      if let seen = root["tokens_evaluated"]?.int, seen != tokens {
        throw DialectError.otherPrompt(sent: tokens, read: seen)
      }
      guard let first = try root.require("completion_probabilities").elements.first else {
        throw DialectError.noToken
      }
      var pairs: [(id: Int, value: Double)] = []
      try first.require("top_logprobs").forEachElement { _, entry in
        let id = try entry.require("id").expect("an integer") { $0.int }
        pairs.append((id, try entry.require("logprob").expect("a number") { $0.double }))
      }
      return (pairs, model)
    case .openAI:
      guard let choice = try root.require("choices").elements.first else { throw DialectError.noToken }
      guard let tops = try choice.require("logprobs").require("top_logprobs").elements.first else {
        throw DialectError.noToken
      }
      if let seen = root["usage"]?["prompt_tokens"]?.int, seen != tokens {
        throw DialectError.otherPrompt(sent: tokens, read: seen)
      }
      var pairs: [(id: Int, value: Double)] = []
      try tops.forEachMember { key, value in
        let name = Array("token_id:".utf8)
        guard key.starts(with: name), let id = Int(String(decoding: key.dropFirst(name.count), as: UTF8.self))
        else { throw DialectError.noID(String(decoding: key.prefix(40), as: UTF8.self)) }
        // Python writes what is infinitely unlikely as null, or not at all.
        guard !value.isNull, value.notFinite != -.infinity else { return }
        pairs.append((id, try value.expect("a number") { $0.double }))
      }
      return (pairs, model)
    }
  }
}
