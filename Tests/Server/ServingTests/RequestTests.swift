import CMCControlledDecoding
import CMCPrompts
import CMCServing
import Testing

/// Bodies of requests: what they may be, and which field is named where they are not.
@Suite struct RequestTests {
  private func completion(_ json: String) throws(APIError) -> CompletionRequest {
    try CompletionRequest(Array(json.utf8))
  }

  private func chat(_ json: String) throws(APIError) -> ChatRequest { try ChatRequest(Array(json.utf8)) }

  @Test func promptsOfAllForms() throws {
    #expect(try completion(#"{"prompt": "a"}"#).prompts == [.text("a")])
    #expect(try completion(#"{"prompt": ["a", "b"]}"#).prompts == [.text("a"), .text("b")])
    #expect(try completion(#"{"prompt": [1, 2]}"#).prompts == [.ids([1, 2])])
    #expect(try completion(#"{"prompt": [[1, 2], [3]]}"#).prompts == [.ids([1, 2]), .ids([3])])
    #expect(try completion(#"{"prompt": ["a", [3]]}"#).prompts == [.text("a"), .ids([3])])
    #expect(try completion(#"{"prompt": ""}"#).prompts == [.text("")])
  }

  @Test func whatIsNotSaidIsAsOpenAIHasIt() throws {
    let request = try completion(#"{"prompt": "a"}"#)
    #expect(request.maxTokens == 16 && request.text.sampling.temperature == 1)
    #expect(request.text.sampling.topP == 1 && request.text.count == 1 && !request.text.streams)
    #expect(request.logProbabilities == nil && !request.echoes && !request.text.hasSeed)
    #expect(request.text.steering == SteeringRequest())
    #expect(try chat(#"{"messages": [{"role": "user", "content": "a"}]}"#).text.maxTokens == nil)
  }

  @Test func everyFieldIsRead() throws {
    let request = try completion(
      #"""
      {"model": "m", "prompt": "a", "max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "top_k": 7, "min_p": 0.1,
       "repetition_penalty": 1.5, "seed": -1, "stop": ["x", "y"], "ignore_eos": true, "n": 3, "best_of": 3,
       "logit_bias": {"7": -100, "9": 2.5}, "stream": true, "stream_options": {"include_usage": true}, "logprobs": 4,
       "frequency_penalty": 0, "presence_penalty": 0.0, "suffix": null, "user": "u", "cmc_alpha": -0.5, "cmc_map": "pm",
       "cmc_mode": "add"}
      """#)
    let text = request.text
    #expect(text.model == "m" && request.maxTokens == 5 && request.logProbabilities == 4)
    #expect(text.sampling.temperature == 0.5 && text.sampling.topP == 0.9 && text.sampling.topK == 7)
    #expect(text.sampling.minP == 0.1 && text.sampling.repetitionPenalty == 1.5)
    #expect(text.sampling.seed == .max && text.hasSeed)
    #expect(text.stops == ["x", "y"] && text.ignoresEndTokens && text.count == 3)
    #expect(text.logitBias == [7: -100, 9: 2.5] && text.streams && text.streamsUsage)
    #expect(text.steering.alpha == -0.5 && text.steering.map == "pm" && text.steering.mode == .add)
    #expect(try completion(#"{"prompt": "a", "stop": "x", "cmc_trace": true}"#).text.steering.traceTop == 10)
    #expect(try completion(#"{"prompt": "a", "cmc_trace": 3}"#).text.steering.traceTop == 3)
  }

  @Test func conversationsOfAllForms() throws {
    let request = try chat(
      #"""
      {"messages": [{"role": "system", "content": "s"}, {"role": "user", "name": "Ada", "content": [
        {"type": "text", "text": "ab"}]}],
       "max_tokens": 9, "max_completion_tokens": 4, "logprobs": true, "top_logprobs": 2, "tools": [],
       "response_format": {"type": "text"}, "parallel_tool_calls": true}
      """#)
    #expect(
      request.conversation
        == Conversation([
          .init(role: "system", content: "s"), .init(role: "user", content: "ab", name: "Ada"),
        ]))
    #expect(request.text.maxTokens == 4 && request.logProbabilities == 2)
    #expect(
      try chat(#"{"messages": [{"role": "user", "content": ""}], "logprobs": true}"#).logProbabilities == 0)
  }

  static let wrongCompletions = [
    (#"{}"#, "prompt"), (#"{"prompt": 5}"#, "prompt"), (#"{"prompt": []}"#, "prompt"),
    (#"{"prompt": [1, "a"]}"#, "prompt"), (#"{"prompt": [[1, 2.5]]}"#, "prompt"),
    (#"{"prompt": [[]]}"#, "prompt"),
    (#"{"prompt": [3000000000]}"#, "prompt"), (#"{"prompt": "a", "max_tokens": -1}"#, "max_tokens"),
    (#"{"prompt": "a", "max_tokens": "5"}"#, "max_tokens"),
    (#"{"prompt": "a", "temperature": -1}"#, "temperature"),
    (#"{"prompt": "a", "temperature": true}"#, "temperature"), (#"{"prompt": "a", "top_p": 1.5}"#, "top_p"),
    (#"{"prompt": "a", "n": 0}"#, "n"), (#"{"prompt": ["a", "b", "c"], "n": 100}"#, "n"),
    (#"{"prompt": "a", "best_of": 2}"#, "best_of"), (#"{"prompt": "a", "suffix": "b"}"#, "suffix"),
    (#"{"prompt": "a", "stop": 5}"#, "stop"), (#"{"prompt": "a", "stop": ["x", 5]}"#, "stop"),
    (#"{"prompt": "a", "seed": 1.5}"#, "seed"), (#"{"prompt": "a", "logprobs": true}"#, "logprobs"),
    (#"{"prompt": "a", "logit_bias": [1]}"#, "logit_bias"),
    (#"{"prompt": "a", "logit_bias": {"x": 1}}"#, "logit_bias"),
    (#"{"prompt": "a", "logit_bias": {"-1": 1}}"#, "logit_bias"),
    (#"{"prompt": "a", "logit_bias": {"1": 101}}"#, "logit_bias"),
    (#"{"prompt": "a", "presence_penalty": 0.1}"#, "presence_penalty"),
    (#"{"prompt": "a", "stream_options": {}}"#, "stream_options"),
    (#"{"prompt": "a", "stream": 1}"#, "stream"),
    (#"{"prompt": "a", "stream": true, "echo": true}"#, "echo"),
    (#"{"prompt": "a", "cmc_alpha": "1"}"#, "cmc_alpha"),
    (#"{"prompt": "a", "cmc_alpha": 1e9}"#, "cmc_alpha"), (#"{"prompt": "a", "cmc_mode": "no"}"#, "cmc_mode"),
    (#"{"prompt": "a", "cmc_map": 1}"#, "cmc_map"), (#"{"prompt": "a", "cmc_trace": -1}"#, "cmc_trace"),
    (#"{"prompt": "a", "cmc_alfa": 1}"#, "cmc_alfa"),
    (#"{"prompt": "a", "model": 1}"#, "model"),
  ]

  @Test(arguments: wrongCompletions)
  func faultsAreNamed(json: String, field: String) {
    let error = #expect(throws: APIError.self) { try completion(json) }
    #expect(error?.param == field && error?.status == 400 && error?.kind == .invalidRequest)
    #expect(error?.message.hasPrefix("'\(field)': ") == true)
  }

  static let wrongChats = [
    (#"{}"#, "messages"), (#"{"messages": []}"#, "messages"), (#"{"messages": "a"}"#, "messages"),
    (#"{"messages": [{"content": "a"}]}"#, "messages[0].role"), (#"{"messages": [5]}"#, "messages[0]"),
    (#"{"messages": [{"role": "user"}]}"#, "messages[0].content"),
    (#"{"messages": [{"role": "user", "content": 5}]}"#, "messages[0].content"),
    (#"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, "messages[0].content[0]"),
    (#"{"messages": [{"role": "user", "content": "a"}], "top_logprobs": 2}"#, "top_logprobs"),
    (#"{"messages": [{"role": "user", "content": "a"}], "tools": [{}]}"#, "tools"),
    (
      #"{"messages": [{"role": "user", "content": "a"}], "response_format": {"type": "json_object"}}"#,
      "response_format"
    ),
    (#"{"messages": [{"role": "user", "content": "a"}], "prompt": "a"}"#, "prompt"),
  ]

  @Test(arguments: wrongChats)
  func faultsOfChatsAreNamed(json: String, field: String) {
    #expect(#expect(throws: APIError.self) { try chat(json) }?.param == field)
  }

  static let broken: [[UInt8]] = [
    [], Array("[]".utf8), Array("\"a\"".utf8), Array(#"{"prompt": "a""#.utf8), [0xFF, 0xFE],
    Array(#"{"prompt": ""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8),
    [UInt8](repeating: UInt8(ascii: "["), count: 100_000),
    Array(#"{"prompt": NaN}"#.utf8),
  ]

  @Test(arguments: broken)
  func whatIsNoJSONIsRefused(bytes: [UInt8]) {
    for read: ([UInt8]) throws -> Void in [
      { _ = try CompletionRequest($0) }, { _ = try ChatRequest($0) }, { _ = try TokenizeRequest($0) },
      { _ = try DetokenizeRequest($0) },
    ] {
      let error = #expect(throws: APIError.self) { try read(bytes) }
      #expect(error?.status == 400)
      #expect((error?.message.utf8.count ?? 0) < 300, "no body in a message")
    }
  }

  @Test func tokenizing() throws {
    let text = try TokenizeRequest(
      Array(#"{"prompt": "a", "add_special_tokens": false, "return_token_strs": true}"#.utf8))
    #expect(text.input == .text("a") && !text.addsSpecialTokens && text.wantsTexts)
    // As vLLM has it, and lm-eval relies on.
    #expect(text.parsesSpecial)
    #expect(try !TokenizeRequest(Array(#"{"prompt": "a", "parse_special": false}"#.utf8)).parsesSpecial)
    let chat = try TokenizeRequest(Array(#"{"messages": [{"role": "user", "content": "a"}]}"#.utf8))
    #expect(chat.input == .conversation("a") && chat.addsSpecialTokens)
    #expect(try DetokenizeRequest(Array(#"{"tokens": [1, 2]}"#.utf8)).ids == [1, 2])
    #expect(try DetokenizeRequest(Array(#"{"tokens": []}"#.utf8)).ids == [])
    for json in [#"{"tokens": [1.5]}"#, #"{"tokens": 5}"#, #"{}"#] {
      #expect(#expect(throws: APIError.self) { try DetokenizeRequest(Array(json.utf8)) }?.param == "tokens")
    }
    #expect(throws: APIError.self) { try TokenizeRequest(Array(#"{"prompt": "a", "messages": []}"#.utf8)) }
  }

  /// What would be passed over within a field is refused by its place, as a field that there is not.
  @Test(arguments: [
    (#""stream": true, "stream_options": 7"#, "stream_options"),
    (#""stream": true, "stream_options": {"include_usage": "yes"}"#, "stream_options.include_usage"),
    (#""stream": true, "stream_options": {"include_usag": true}"#, "stream_options.include_usag"),
    (
      #""stream": true, "stream_options": {"continuous_usage_stats": true}"#,
      "stream_options.continuous_usage_stats"
    ),
    (#""stop": """#, "stop"), (#""stop": ["x", ""]"#, "stop"),
    (#""max_tokens": 1, "max_tokens": 3"#, "max_tokens"),
    (#""logit_bias": {"05": 1}"#, "logit_bias"), (#""logit_bias": {"+5": 1}"#, "logit_bias"),
  ])
  func whatStandsWithinAFieldIsReadToo(fields: String, param: String) {
    let error = #expect(throws: APIError.self) { try completion("{\"prompt\": \"a\", \(fields)}") }
    #expect(error?.param == param)
  }

  @Test(arguments: [
    (#"{"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]}"#, "messages[0].tool_calls"),
    (#"{"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}"#, "messages[0].tool_calls"),
    (#"{"role": "tool", "content": "5", "tool_call_id": "1"}"#, "messages[0].tool_call_id"),
    (#"{"role": "assistant", "content": "a", "reasoning_content": "b"}"#, "messages[0].reasoning_content"),
    (#"{"role": "user", "content": "a", "nme": 5}"#, "messages[0].nme"),
    (#"{"role": "user", "content": "a", "name": 5}"#, "messages[0].name"),
    (
      #"{"role": "user", "content": [{"type": "text", "text": "a", "weight": 1}]}"#,
      "messages[0].content[0].weight"
    ),
    (
      #"{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}"#,
      "messages[0].content"
    ),
  ])
  func membersOfMessagesAreGivenOrRefused(message: String, param: String) {
    let error = #expect(throws: APIError.self) { try chat("{\"messages\": [\(message)]}") }
    #expect(error?.param == param)
  }

  /// Clients send answers back as they came.
  @Test func whatSaysNothingInAMessagePasses() throws {
    let answer =
      #"{"role": "assistant", "content": "a", "refusal": null, "tool_calls": [], "annotations": []}"#
    #expect(try chat("{\"messages\": [\(answer)]}").conversation.messages.map(\.content) == ["a"])
  }
}
