import CMCFastJSON
import CMCServing
import CMCSteeringService
import CrossModelControl
import Testing

/// Prompts that are scored under steering, other maps, and traces, against the library.
@Suite struct EchoTests {
  private let text = "Ada Holt lives in Rome, and Bo Lind works there."

  private func ask(_ fixture: ServiceFixture, _ fields: String) async throws -> JSONValue {
    try fixture.json(try await fixture.service.completions(Array("{\(fields)}".utf8)))
  }

  private func ids(_ fixture: ServiceFixture, _ text: String) throws -> [Int] {
    try JSONDocument(try fixture.service.tokenize(Array("{\"prompt\": \"\(text)\"}".utf8))).root["tokens"]?
      .elements.compactMap(\.int) ?? []
  }

  @Test(arguments: [0, 0.5, 1] as [Float])
  func scoresAreThoseOfTheLibrary(alpha: Float) async throws {
    let fixture = try ServiceFixture()
    var configuration = fixture.model.configuration
    configuration.alpha = alpha
    let wanted = try SteeredModel(configuration).score(text, after: nil)
    for prompt in ["\"\(text)\"", "\(try ids(fixture, text))"] {
      let json = try await ask(
        fixture,
        "\"prompt\": \(prompt), \"echo\": true, \"logprobs\": 1, \"max_tokens\": 0, \"cmc_alpha\": \(alpha)")
      let choice = try #require(json["choices"]?.elements.first)
      let scores = try #require(choice["logprobs"]?["token_logprobs"]?.elements)
      let tops = try #require(choice["logprobs"]?["top_logprobs"]?.elements)
      #expect(scores.first?.isNull == true && tops.first?.isNull == true)
      #expect(abs(scores.compactMap(\.double).reduce(0, +) - wanted.logProbability) < 1e-4)
      #expect(scores.count { !$0.isNull } == wanted.tokens)
      // A token is the best where no other in its list is better.
      let best = zip(scores, tops).count { score, top in
        guard let own = score.double else { return false }
        return top.members.allSatisfy { ($0.value.double ?? 0) <= own }
      }
      #expect(best == wanted.correct)
      #expect(choice["text"]?.string?.hasSuffix(text) == true)
      #expect(json["usage"]?["completion_tokens"]?.int == 0)
    }
  }

  /// What begins a text is no part of it, and a character of several tokens begins once.
  @Test func tokensLieWhereTheTextHasThem() async throws {
    let fixture = try ServiceFixture()
    let text = "Ada häuft 雪 an."
    let json = try await ask(
      fixture, "\"prompt\": \"\(text)\", \"echo\": true, \"logprobs\": 0, \"max_tokens\": 0")
    let choice = try #require(json["choices"]?.elements.first)
    let offsets = try #require(choice["logprobs"]?["text_offset"]?.elements.compactMap { $0.int })
    let tokens = try #require(choice["logprobs"]?["tokens"]?.elements.compactMap { $0.string })
    #expect(choice["text"]?.string == text && offsets.count == tokens.count)
    let characters = Array(text.unicodeScalars)
    for (token, offset) in zip(tokens, offsets) where !token.hasPrefix("bytes:") && !token.hasPrefix("<") {
      let found = String(String.UnicodeScalarView(characters[offset...].prefix(token.unicodeScalars.count)))
      #expect(found == token, "\(offset)")
    }
    #expect(offsets == offsets.sorted() && offsets.last ?? 0 < characters.count)
    await #expect(throws: APIError.self) {
      try await ask(fixture, "\"prompt\": \"a\", \"logit_bias\": {\"99999\": 1}")
    }
  }

  /// As lm-eval asks: one token more than the prompt, always, whatever it is.
  @Test(arguments: [(1, false), (1, true), (4, false)])
  func whatFollowsIsThatOfTheSamePrompt(count: Int, isEnd: Bool) async throws {
    let fixture = try ServiceFixture()
    let prompt = isEnd ? "Write the name of the person: Ada Holt lives in Rome." : text
    let known = try ids(fixture, prompt)
    let rest = "\"temperature\": 0, \"max_tokens\": \(count), \"logprobs\": 2"
    let alone = try await ask(fixture, "\"prompt\": \(known), \(rest)")
    let json = try await ask(fixture, "\"prompt\": \(known), \(rest), \"echo\": true")
    let (choice, single) = try (
      #require(json["choices"]?.elements.first), #require(alone["choices"]?.elements.first)
    )
    let tokens = try #require(choice["logprobs"]?["tokens"]?.elements)
    #expect(tokens.count >= known.count + 1 && tokens.count <= known.count + count)
    #expect(choice["text"]?.string?.hasSuffix(single["text"]?.string ?? "?") == true)
    #expect(choice["finish_reason"]?.string == single["finish_reason"]?.string)
    #expect(json["usage"]?["completion_tokens"]?.int == alone["usage"]?["completion_tokens"]?.int)
    let scores = (choice["logprobs"]?["token_logprobs"]?.elements ?? []).compactMap(\.double)
    let own = (single["logprobs"]?["token_logprobs"]?.elements ?? []).compactMap(\.double)
    for (a, b) in zip(scores.dropFirst(known.count - (tokens.count - scores.count)), own) {
      #expect(abs(a - b) < 2e-2, "the delta model reads the prompt as one text here, and as tokens there")
    }
  }

  @Test func echoWithoutScoresIsText() async throws {
    let fixture = try ServiceFixture()
    let json = try await ask(fixture, #""prompt": "Ada", "echo": true, "max_tokens": 0, "n": 2"#)
    #expect(json["choices"]?.elements.map { $0["text"]?.string } == ["Ada", "Ada"])
    #expect(json["choices"]?.elements.allSatisfy { $0["logprobs"]?.isNull == true } == true)
  }

  @Test func otherMapsSteerOtherwise() async throws {
    let fixture = try ServiceFixture()
    let question = "Write the name of the person: Ada Holt lives in Rome."
    let other = try fixture.model.joined(
      by: .map(try #require(fixture.model.deltas[0].map).shuffled(seed: 1)))
    var options = GenerationOptions()
    options.maxTokens = 12
    let body =
      #"{"messages": [{"role": "user", "content": "\#(question)"}], "temperature": 0, "max_tokens": 12"#
    for (map, model) in [("", fixture.model), (#", "cmc_map": "shuffled""#, other)] {
      let wanted = try model.generate(Conversation(question), options)
      let json = try fixture.json(try await fixture.service.chat(Array((body + map + "}").utf8)))
      #expect(
        json["choices"]?.elements.first?["message"]?["content"]?.string
          == String(decoding: wanted.text, as: UTF8.self))
    }
  }

  @Test func tracesSayWhatDecided() async throws {
    let fixture = try ServiceFixture()
    let json = try await ask(
      fixture, #""prompt": "Ada Holt", "temperature": 0, "max_tokens": 3, "cmc_trace": 2, "cmc_alpha": 0.25"#)
    let trace = try #require(json["choices"]?.elements.first?["cmc_trace"])
    #expect(trace["schema"]?.string == "cmc.trace" && trace["prompt"]?.string == "Ada Holt")
    #expect(trace["deltas"]?.elements.first?["alpha"]?.double == 0.25)
    #expect(try trace["user_prompt_ids"]?.elements.compactMap(\.int) == ids(fixture, "Ada Holt"))
    for step in trace["steps"]?.elements ?? [] {
      #expect(step["user_top"]?.elements.count == 2 && step["combined_top"]?.elements.count == 2)
      #expect(step["delta_top"]?.elements.first?.elements.count == 2)
    }
    #expect(trace["steps"]?.elements.isEmpty == false)
  }

  @Test func rowsAreThoseOfTheMap() async throws {
    let fixture = try ServiceFixture()
    let map = try #require(fixture.model.deltas[0].map)
    for id in [0, 3, 300, 1799] {
      let row = try JSONDocument(try fixture.service.mapRow(nil, map: nil, id: "\(id)")).root
      #expect(row["targets"]?.elements.map { $0["id"]?.int } == map[id].targets.map { Int($0) })
      #expect(row["method"]?.string == map[id].method.name)
      let other = try JSONDocument(try fixture.service.mapRow("demo", map: "shuffled", id: "\(id)")).root
      #expect(other["piece"]?.string == row["piece"]?.string)
    }
    for (map, id) in [("no", "1"), (nil, "x"), (nil, "-1"), (nil, "99999"), (nil, nil)]
      as [(String?, String?)]
    {
      #expect(throws: APIError.self) { try fixture.service.mapRow(nil, map: map, id: id) }
    }
  }

  @Test func aMapHasAPage() async throws {
    let fixture = try ServiceFixture()
    for map in [nil, "shuffled"] {
      let page = String(decoding: try fixture.service.mapPage(nil, map: map), as: UTF8.self)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("token map</title>"))
    }
    #expect(throws: APIError.self) { try fixture.service.mapPage(nil, map: "no") }
    #expect(throws: APIError.self) { try fixture.service.mapPage("no", map: nil) }
  }

  @Test func tokenizersAreDescribed() async throws {
    let fixture = try ServiceFixture()
    let info = try JSONDocument(try fixture.service.tokenizerInfo(nil)).root
    #expect(
      info["vocab_size"]?.int == fixture.model.tokenizer.description.vocabulary.idLimit
        && info["cmc"]?["fingerprint"]?.string?.count == 64)
    #expect(throws: APIError.self) { try fixture.service.tokenizerInfo("no") }
  }
}
