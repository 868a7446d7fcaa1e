internal import CMCFastJSON
package import CMCPrompts

/// `POST /tokenize`, in the form of vLLM.
package struct TokenizeRequest: Sendable, Equatable {
  /// What becomes tokens.
  package enum Input: Sendable, Equatable {
    /// A text.
    case text(String)
    /// A conversation, through the model's template.
    case conversation(Conversation)
  }

  /// The served model.
  package var model: String?
  /// What becomes tokens.
  package var input: Input
  /// Whether a text gets the tokens that begin one.
  package var addsSpecialTokens = true
  /// Whether special tokens that are written out become their ids.
  ///
  /// They do where nothing is said, as in vLLM: lm-eval asks so for the tokens that begin and end a text.
  package var parsesSpecial = true
  /// Whether the tokens' texts are wanted too.
  package var wantsTexts = false

  /// Reads a body.
  ///
  /// - Throws: ``APIError`` with the field that is to blame.
  package init(_ bytes: [UInt8]) throws(APIError) {
    var body = try RequestBody(bytes)
    model = try body.string("model")
    addsSpecialTokens = try body.bool("add_special_tokens", default: true)
    parsesSpecial = try body.bool("parse_special", default: true)
    wantsTexts = try body.bool("return_token_strs")
    let text = try body.string("prompt")
    if body.value("messages") != nil {
      guard text == nil else { throw .field("messages", "give 'prompt' or 'messages'.") }
      input = .conversation(try ChatRequest.conversation(of: &body))
    } else {
      guard let text else { throw .field("prompt", "it is missing.", code: "missing_parameter") }
      input = .text(text)
    }
    try body.refuse("add_generation_prompt", "it is always true here: leave it out.") { $0.bool == true }
    try body.finish()
  }
}

/// `POST /detokenize`, in the form of vLLM.
package struct DetokenizeRequest: Sendable, Equatable {
  /// The served model.
  package var model: String?
  /// The tokens.
  package var ids: [Int32]

  /// Reads a body.
  ///
  /// - Throws: ``APIError`` with the field that is to blame.
  package init(_ bytes: [UInt8]) throws(APIError) {
    var body = try RequestBody(bytes)
    model = try body.string("model")
    guard let value = body.value("tokens") else {
      throw .field("tokens", "it is missing.", code: "missing_parameter")
    }
    ids = value.elements.compactMap { $0.int.flatMap(Int32.init(exactly:)) }
    guard value.isArray, ids.count == value.elements.count else {
      throw .field("tokens", "an array of ids is expected.")
    }
    try body.finish()
  }
}
