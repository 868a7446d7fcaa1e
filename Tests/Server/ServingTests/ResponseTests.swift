import CMCFastJSON
import CMCServing
import Testing

/// Answers and events: what OpenAI's clients look at, read back.
@Suite struct ResponseTests {
  let head = ResponseHead(id: "cmpl-1", created: 1_700_000_000, model: "steered \"one\"")

  private func root(_ bytes: [UInt8]) throws -> JSONValue {
    #expect(!bytes.contains(0x0A), "one line, as events want it")
    return try JSONDocument(bytes).root
  }

  @Test func errorsAreObjects() throws {
    let error = try root(APIError.field("n", "a \"number\"\nis expected.").json)["error"]
    #expect(error?["message"]?.string == "'n': a \"number\"\nis expected.")
    #expect(error?["type"]?.string == "invalid_request_error" && error?["param"]?.string == "n")
    #expect(error?["code"]?.isNull == true)
    #expect(APIError.full.status == 429 && APIError.ending.status == 503 && APIError.key.status == 401)
    #expect(APIError.model("x\u{1B}[2J", served: ["a"]).message.contains("\u{1B}") == false)
    #expect(APIError.context(needed: 9, limit: 8, param: "prompt").code == "context_length_exceeded")
    #expect(
      APIError.context(of: "small", needed: 9, limit: 8, param: "prompt").message
        .hasPrefix("The context of small has room for 8 tokens"))
  }

  @Test func completions() throws {
    let tokens = [
      ScoredToken(id: 1, bytes: Array("Ä".utf8), logProbability: nil),
      ScoredToken(
        id: 2, bytes: [0xE2, 0x82], logProbability: -0.5,
        top: [
          ScoredToken(id: 2, bytes: [0xE2, 0x82], logProbability: -0.5),
          ScoredToken(id: 3, bytes: Array("x".utf8), logProbability: -1.25),
          ScoredToken(id: 4, bytes: Array("x".utf8), logProbability: -7),
        ]),
      ScoredToken(id: 5, bytes: Array("b".utf8), logProbability: -.infinity),
    ]
    let json = try root(
      CompletionEncoding(head).json(
        [TextChoice(index: 1, text: "Ä…", finish: .stop, tokens: tokens, textOffsets: [3, 4, 4])],
        usage: Usage(promptTokens: 4, completionTokens: 3)))
    #expect(json["id"]?.string == "cmpl-1" && json["object"]?.string == "text_completion")
    #expect(json["created"]?.int == 1_700_000_000 && json["model"]?.string == "steered \"one\"")
    #expect(json["usage"]?["total_tokens"]?.int == 7)
    let choice = try #require(json["choices"]?.elements.first)
    #expect(
      choice["index"]?.int == 1 && choice["text"]?.string == "Ä…" && choice["finish_reason"]?.string == "stop"
    )
    let scores = try #require(choice["logprobs"])
    #expect(scores["tokens"]?.elements.map(\.string) == ["Ä", "bytes:\\xe2\\x82", "b"])
    #expect(
      scores["token_logprobs"]?.elements.map(\.double) == [nil, -0.5, -Double(Float.greatestFiniteMagnitude)])
    #expect(scores["text_offset"]?.elements.map(\.int) == [3, 4, 4])
    let top = try #require(scores["top_logprobs"]?.elements)
    #expect(top[0].isNull && top[1].members.map(\.key) == ["bytes:\\xe2\\x82", "x"])
    #expect(top[1]["x"]?.double == -1.25, "of two tokens of one text the better has the name")
    let plain = try root(CompletionEncoding(head).json([TextChoice(index: 0, text: "a")]))
    #expect(plain["choices"]?.elements.first?["logprobs"]?.isNull == true && plain["usage"] == nil)
    #expect(plain["choices"]?.elements.first?["finish_reason"]?.isNull == true)
  }

  @Test func chats() throws {
    let encoding = ChatEncoding(head)
    let token = ScoredToken(
      id: 7, bytes: Array("é".utf8), logProbability: -1,
      top: [ScoredToken(id: 8, bytes: Array("e".utf8), logProbability: -2)])
    let whole = try root(
      encoding.json(
        [TextChoice(index: 0, text: "é", finish: .length, tokens: [token])],
        usage: Usage(promptTokens: 1, completionTokens: 1)))
    #expect(whole["object"]?.string == "chat.completion")
    let choice = try #require(whole["choices"]?.elements.first)
    #expect(choice["message"]?["role"]?.string == "assistant" && choice["message"]?["content"]?.string == "é")
    #expect(choice["finish_reason"]?.string == "length")
    let scored = try #require(choice["logprobs"]?["content"]?.elements.first)
    #expect(scored["token"]?.string == "é" && scored["logprob"]?.double == -1)
    #expect(scored["bytes"]?.elements.map(\.int) == [0xC3, 0xA9])
    #expect(scored["top_logprobs"]?.elements.first?["token"]?.string == "e")
    let begin = try root(encoding.begin(2))
    #expect(begin["object"]?.string == "chat.completion.chunk")
    #expect(begin["choices"]?.elements.first?["delta"]?["role"]?.string == "assistant")
    #expect(begin["choices"]?.elements.first?["index"]?.int == 2)
    let chunk = try root(encoding.chunk(TextChoice(index: 0, text: "a")))
    #expect(chunk["choices"]?.elements.first?["delta"]?["content"]?.string == "a" && chunk["usage"] == nil)
    let end = try root(encoding.chunk(TextChoice(index: 0, text: "", finish: .stop)))
    #expect(end["choices"]?.elements.first?["delta"]?.members.isEmpty == true)
    let usage = try root(encoding.usage(Usage(promptTokens: 2, completionTokens: 3)))
    #expect(usage["choices"]?.elements.isEmpty == true && usage["usage"]?["completion_tokens"]?.int == 3)
  }

  @Test func eventsEndWithAnEmptyLine() {
    #expect(ServerSentEvents.event(Array("{}".utf8)) == Array("data: {}\n\n".utf8))
    #expect(ServerSentEvents.event(Array("a\r\n\nb".utf8)) == Array("data: a\ndata: \ndata: b\n\n".utf8))
    #expect(ServerSentEvents.done == Array("data: [DONE]\n\n".utf8))
    #expect(ServerSentEvents.event(APIError.timeout).starts(with: Array("data: {\"error\"".utf8)))
  }

  @Test func listings() throws {
    let model = ListingEncoding.Model(
      name: "demo", created: 5, contextLength: 128, user: "u", deltas: ["d"], maps: ["pm-mined", "shuffled"],
      alpha: 0.7)
    let list = try root(ListingEncoding.models([model]))
    #expect(list["object"]?.string == "list")
    let entry = try #require(list["data"]?.elements.first)
    #expect(
      entry["id"]?.string == "demo" && entry["max_model_len"]?.int == 128
        && entry["cmc"]?["alpha"]?.double == 0.7)
    #expect(entry["cmc"]?["maps"]?.elements.map(\.string) == ["pm-mined", "shuffled"])
    #expect(try root(ListingEncoding.model(model))["id"]?.string == "demo")
    let tokens = try root(ListingEncoding.tokenized([3, 4], contextLength: 128, texts: ["a", "b"]))
    #expect(tokens["count"]?.int == 2 && tokens["tokens"]?.elements.map(\.int) == [3, 4])
    #expect(tokens["token_strs"]?.elements.map(\.string) == ["a", "b"])
    #expect(
      try root(ListingEncoding.tokenized([], contextLength: 1, texts: nil))["token_strs"]?.isNull == true)
    #expect(try root(ListingEncoding.detokenized("a\u{0}b"))["prompt"]?.string == "a\u{0}b")
  }
}
