package import CMCControlledDecoding

/// A token with its log-probability.
package struct ScoredToken: Sendable, Equatable {
  /// The token.
  package var id: Int32
  /// The bytes that it adds to the text.
  package var bytes: [UInt8]
  /// Its log-probability under the steered model; nil for a first token, which nothing comes before.
  package var logProbability: Double?
  /// The best tokens at its place.
  package var top: [ScoredToken]

  /// Joins these.
  package init(id: Int32, bytes: [UInt8], logProbability: Double?, top: [ScoredToken] = []) {
    self.id = id
    self.bytes = bytes
    self.logProbability = logProbability
    self.top = top
  }

  /// The bytes as text; those that are no whole characters as `bytes:\xe2\x80`, which is OpenAI's form for them.
  package var text: String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let digits = Array("0123456789abcdef")
    return "bytes:" + bytes.map { "\\x\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
  }
}

/// Why a text ended, by OpenAI's names.
package enum FinishReason: String, Sendable {
  /// An end token or a stop string.
  case stop
  /// As many tokens as there may be.
  case length
}

/// How many tokens there were.
package struct Usage: Sendable, Equatable {
  /// Of the prompts, each once.
  package var promptTokens: Int
  /// Of the texts.
  package var completionTokens: Int

  /// Joins these.
  package init(promptTokens: Int, completionTokens: Int) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
  }
}

/// One of the texts of an answer, or a part of one in an event.
package struct TextChoice: Sendable, Equatable {
  /// Its number: prompt · n + text.
  package var index: Int
  /// The text, or what was added to it.
  package var text: String
  /// Why it ended; nil while it goes on.
  package var finish: FinishReason?
  /// Its tokens; nil where log-probabilities were not asked for.
  package var tokens: [ScoredToken]?
  /// Where each token begins in the whole text, in characters as Python counts them; as many as tokens.
  package var textOffsets: [Int]
  /// What decided at each step, where that was asked for.
  package var trace: GenerationTrace?
  /// The step that added this part, where that was asked for.
  package var step: GenerationTrace.Step?

  /// Joins these.
  package init(
    index: Int, text: String, finish: FinishReason? = nil, tokens: [ScoredToken]? = nil,
    textOffsets: [Int] = [],
    trace: GenerationTrace? = nil, step: GenerationTrace.Step? = nil
  ) {
    self.index = index
    self.text = text
    self.finish = finish
    self.tokens = tokens
    self.textOffsets = textOffsets
    self.trace = trace
    self.step = step
  }
}

/// What all answers and events of a request have in common.
package struct ResponseHead: Sendable, Equatable {
  /// Of the request, such as `cmpl-…`.
  package var id: String
  /// When it was made, in seconds since 1970.
  package var created: Int
  /// The served model.
  package var model: String

  /// Joins these.
  package init(id: String, created: Int, model: String) {
    self.id = id
    self.created = created
    self.model = model
  }
}
