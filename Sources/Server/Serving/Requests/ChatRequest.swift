internal import CMCFastJSON
package import CMCPrompts

/// `POST /v1/chat/completions`.
package struct ChatRequest: Sendable, Equatable {
  /// What was said so far, which goes through the model's own template.
  package var conversation: Conversation
  /// The common part.
  package var text: TextRequest
  /// How many of the best tokens are given at each position; nil for no log-probabilities.
  package var logProbabilities: Int?

  /// Reads a body.
  ///
  /// - Throws: ``APIError`` with the field that is to blame.
  package init(_ bytes: [UInt8]) throws(APIError) {
    var body = try RequestBody(bytes)
    text = try TextRequest(&body)
    if let limit = try body.int("max_completion_tokens", in: 0...1_000_000) { text.maxTokens = limit }
    conversation = try Self.conversation(of: &body)
    let wantsLogProbabilities = try body.bool("logprobs")
    let top = try body.int("top_logprobs", in: 0...100)
    guard wantsLogProbabilities || top ?? 0 == 0 else {
      throw .field("top_logprobs", "it goes with 'logprobs'.")
    }
    logProbabilities = wantsLogProbabilities ? top ?? 0 : nil
    try body.refuse("response_format", "only text is written here.") { $0["type"]?.string == "text" }
    try body.refuse("tools", "tools are not called here.") { $0.isArray && $0.elements.isEmpty }
    try body.refuse("tool_choice", "tools are not called here.") { $0.string == "none" }
    try body.refuse("functions", "functions are not called here.") { $0.isArray && $0.elements.isEmpty }
    try body.refuse("parallel_tool_calls", "tools are not called here.") { $0.bool != nil }
    try body.refuse("modalities", "only text is written here.") { $0.elements.map(\.string) == ["text"] }
    try body.finish()
  }

  /// Reads the messages of a body.
  static func conversation(of body: inout RequestBody) throws(APIError) -> Conversation {
    guard let value = body.value("messages") else {
      throw .field("messages", "it is missing.", code: "missing_parameter")
    }
    guard value.isArray, !value.elements.isEmpty, value.elements.count <= 4096 else {
      throw .field("messages", "an array of 1 to 4096 messages is expected.")
    }
    var messages: [Conversation.Message] = []
    for (index, element) in value.elements.enumerated() {
      let place = "messages[\(index)]"
      var message = try RequestBody(element, at: place)
      // What a template may read, and is not given here, must not seem to have been read.
      for name in Conversation.Message.membersNotCarried {
        try message.refuse(name, "it is not given to the template here: leave it out.") { $0.saysNothing }
      }
      guard let role = try message.string("role") else {
        throw .field("\(place).role", "it is missing.", code: "missing_parameter")
      }
      messages.append(
        Conversation.Message(
          role: role, content: try content(message.value("content"), "\(place).content"),
          name: try message.string("name")))
      try message.finish()
    }
    return Conversation(messages)
  }

  /// A string, or a part of text in an array.
  ///
  /// Others join several, with a line's end or with nothing between, or give a template all of them: none is chosen here.
  private static func content(_ value: JSONValue?, _ place: String) throws(APIError) -> String {
    guard let value, !value.isNull else { throw .field(place, "it is missing.", code: "missing_parameter") }
    if let text = value.string { return text }
    guard value.isArray else { throw .field(place, "a string or an array of parts is expected.") }
    guard value.elements.count < 2 else {
      let count = value.elements.count
      throw .field(place, "a template is given one text, and these are \(count) parts; join them.")
    }
    var text = ""
    for (index, part) in value.elements.enumerated() {
      var part = try RequestBody(part, at: "\(place)[\(index)]")
      guard try part.string("type") == "text", let more = try part.string("text") else {
        throw .field("\(place)[\(index)]", "only parts of type 'text' are read here.")
      }
      try part.finish()
      text += more
    }
    return text
  }
}
