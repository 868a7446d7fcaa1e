internal import CMCFastJSON

/// `POST /v1/completions`.
package struct CompletionRequest: Sendable, Equatable {
  /// What is completed: a text, or tokens of the user model.
  package enum Prompt: Sendable, Equatable {
    /// A text, which the user model's tokenizer reads.
    case text(String)
    /// Tokens as they are.
    case ids([Int32])
  }

  /// What is completed; a text for each, `count` times.
  package var prompts: [Prompt]
  /// The common part.
  package var text: TextRequest
  /// Whether the prompt is part of the answer, scored under the same steering.
  package var echoes = false
  /// How many of the best tokens are given at each position, beside the token itself; nil for no log-probabilities.
  package var logProbabilities: Int?

  /// How many tokens at most: OpenAI's 16 where nothing is said.
  package var maxTokens: Int { text.maxTokens ?? 16 }

  /// Reads a body.
  ///
  /// - Throws: ``APIError`` with the field that is to blame.
  package init(_ bytes: [UInt8]) throws(APIError) {
    var body = try RequestBody(bytes)
    text = try TextRequest(&body)
    prompts = try Self.prompts(&body)
    echoes = try body.bool("echo")
    logProbabilities = try body.int("logprobs", in: 0...100)
    let count = text.count
    try body.refuse("best_of", "it is not done here: leave it out, or give what 'n' is.") { $0.int == count }
    try body.refuse("suffix", "it is not done here.") { $0.string == "" }
    try body.finish()
    if echoes, text.streams { throw .field("echo", "it is not for requests with 'stream'.") }
    guard prompts.count * text.count <= TextRequest.promptLimit else {
      throw .field("n", "at most \(TextRequest.promptLimit) texts are written for a request.")
    }
  }

  private static func prompts(_ body: inout RequestBody) throws(APIError) -> [Prompt] {
    guard let value = body.value("prompt") else {
      throw .field("prompt", "it is missing.", code: "missing_parameter")
    }
    let wrong = APIError.field("prompt", "a string, an array of ids, or an array of either is expected.")
    if let text = value.string { return [.text(text)] }
    guard value.isArray else { throw wrong }
    let elements = value.elements
    guard let first = elements.first else { throw .field("prompt", "it is empty.") }
    if first.int != nil {
      guard let ids = ids(elements) else { throw wrong }
      return [.ids(ids)]
    }
    guard elements.count <= TextRequest.promptLimit else {
      throw .field("prompt", "at most \(TextRequest.promptLimit) prompts are expected.")
    }
    var prompts: [Prompt] = []
    for element in elements {
      if let text = element.string {
        prompts.append(.text(text))
      } else if element.isArray, let ids = ids(element.elements) {
        prompts.append(.ids(ids))
      } else {
        throw wrong
      }
    }
    return prompts
  }

  private static func ids(_ elements: [JSONValue]) -> [Int32]? {
    let ids = elements.compactMap { $0.int.flatMap(Int32.init(exactly:)) }
    return ids.count == elements.count && !ids.isEmpty ? ids : nil
  }
}
