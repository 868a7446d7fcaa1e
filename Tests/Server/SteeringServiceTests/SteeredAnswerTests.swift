import CMCFastJSON
import CMCServing
import CMCSteeringService
import CrossModelControl
import Foundation
import TestSupport
import Testing

/// What clients get is what the library generates.
@Suite struct SteeredAnswerTests {
  private let question = "Write the name of the person: Ada Holt lives in Rome."

  private func body(_ fields: String) -> [UInt8] { Array("{\(fields)}".utf8) }

  private func message(_ text: String) -> String { #""messages": [{"role": "user", "content": "\#(text)"}]"# }

  @Test func chatsAreThoseOfTheLibrary() async throws {
    let fixture = try ServiceFixture()
    var options = GenerationOptions()
    options.maxTokens = 24
    let wanted = try fixture.model.generate(Conversation(question), options)
    let fields = "\(message(question)), \"temperature\": 0, \"max_tokens\": 24"
    let json = try fixture.json(try await fixture.service.chat(body(fields)))
    let choice = try #require(json["choices"]?.elements.first)
    #expect(choice["message"]?["content"]?.string == String(decoding: wanted.text, as: UTF8.self))
    #expect(choice["finish_reason"]?.string == (wanted.stop == .length ? "length" : "stop"))
    #expect(json["usage"]?["completion_tokens"]?.int == wanted.ids.count && json["model"]?.string == "demo")
    let events = try await fixture.events(
      try await fixture.service.chat(
        body(fields + ", \"stream\": true, \"stream_options\": {\"include_usage\": true}")))
    let pieces = events.compactMap { $0["choices"]?.elements.first?["delta"]?["content"]?.string }
    #expect(pieces.joined() == String(decoding: wanted.text, as: UTF8.self))
    #expect(events.first?["choices"]?.elements.first?["delta"]?["role"]?.string == "assistant")
    #expect(events.last?["usage"]?["completion_tokens"]?.int == wanted.ids.count)
    #expect(events.dropLast().last?["choices"]?.elements.first?["finish_reason"]?.string != nil)
  }

  /// The client named no length: what was written until the delta model is full is the answer.
  @Test func aTextThatTheServerMeasuresEndsWhereADeltaModelIsFull() async throws {
    let folder = try TemporaryFolder()
    let source = ServiceFixture.path("delta-a")
    for name in ["model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
      try folder.write(name, bytes: try readFile("\(source)/\(name)"))
    }
    let json = String(decoding: try readFile(source + "/config.json"), as: UTF8.self)
    try folder.write(
      "config.json",
      json.replacingOccurrences(
        of: "\"max_position_embeddings\": 1024", with: "\"max_position_embeddings\": 40"))
    let fixture = try ServiceFixture(delta: folder.path)
    let fields = #""prompt": "Ada Holt lives", "temperature": 0, "ignore_eos": true"#
    let answer = try fixture.json(try await fixture.service.completions(body(fields)))
    let choice = try #require(answer["choices"]?.elements.first)
    let count = try #require(answer["usage"]?["completion_tokens"]?.int)
    #expect(choice["finish_reason"]?.string == "length")
    #expect((10...80).contains(count) && choice["text"]?.string?.isEmpty == false, "\(count)")
    let error = await #expect(throws: APIError.self) {
      _ = try await fixture.service.completions(body(fields + ", \"max_tokens\": 90"))
    }
    #expect(error?.status == 400 && error?.message.contains("40") == true, "\(String(describing: error))")
  }

  @Test func factorsAreOfTheRequest() async throws {
    let fixture = try ServiceFixture()
    for alpha: Float in [0, 0.3, 1.2] {
      var configuration = fixture.model.configuration
      configuration.alpha = alpha
      var options = GenerationOptions()
      options.maxTokens = 16
      let wanted = try SteeredModel(configuration).generate(Conversation(question), options)
      let json = try fixture.json(
        try await fixture.service.chat(
          body("\(message(question)), \"temperature\": 0, \"max_tokens\": 16, \"cmc_alpha\": \(alpha)")))
      #expect(
        json["choices"]?.elements.first?["message"]?["content"]?.string
          == String(decoding: wanted.text, as: UTF8.self))
    }
  }

  @Test func completionsOfTextsAndIdsAreTheSame() async throws {
    let fixture = try ServiceFixture()
    let tokens = try JSONDocument(try fixture.service.tokenize(body(#""prompt": "Ada Holt lives""#))).root
    let ids = (tokens["tokens"]?.elements ?? []).compactMap(\.int)
    let rest = #""temperature": 0, "max_tokens": 9, "logprobs": 3"#
    let text = try fixture.json(
      try await fixture.service.completions(body(#""prompt": "Ada Holt lives", \#(rest)"#)))
    let byIDs = try fixture.json(try await fixture.service.completions(body("\"prompt\": \(ids), \(rest)")))
    let (a, b) = try (#require(text["choices"]?.elements.first), #require(byIDs["choices"]?.elements.first))
    #expect(a["text"]?.string == b["text"]?.string && a["text"]?.string?.isEmpty == false)
    let scores = (a["logprobs"]?["token_logprobs"]?.elements ?? []).compactMap(\.double)
    #expect(scores.count == text["usage"]?["completion_tokens"]?.int && scores.allSatisfy { $0 <= 0 })
    for (score, top) in zip(scores, try #require(a["logprobs"]?["top_logprobs"]?.elements)) {
      let best = try #require(top.members.first?.value.double)
      #expect(abs(best - score) < 1e-6, "the best token is the one that was chosen")
      #expect(top.members.count <= 3)
    }
    let listed = try JSONDocument(try fixture.service.detokenize(body("\"tokens\": \(ids)"))).root
    #expect(listed["prompt"]?.string?.hasSuffix("Ada Holt lives") == true)
  }

  @Test func severalTextsOfARequest() async throws {
    let fixture = try ServiceFixture()
    let fields = #""prompt": ["Ada", "Bo", "Cy"], "n": 2, "seed": 7, "max_tokens": 6"#
    let first = try fixture.json(try await fixture.service.completions(body(fields)))
    let second = try fixture.json(try await fixture.service.completions(body(fields)))
    let choices = try #require(first["choices"]?.elements)
    #expect(choices.map { $0["index"]?.int } == [0, 1, 2, 3, 4, 5])
    #expect(choices.map { $0["text"]?.string } == second["choices"]?.elements.map { $0["text"]?.string })
    let alone = try fixture.json(
      try await fixture.service.completions(body(#""prompt": "Cy", "n": 2, "seed": 7, "max_tokens": 6"#)))
    #expect(alone["choices"]?.elements.map { $0["text"]?.string } == choices[4...].map { $0["text"]?.string })
  }

  @Test func biasesChangeWhatIsChosen() async throws {
    let fixture = try ServiceFixture()
    let id = try #require(
      try JSONDocument(try fixture.service.tokenize(body(#""prompt": "Rome", "add_special_tokens": false"#)))
        .root["tokens"]?.elements.first?.int)
    let json = try fixture.json(
      try await fixture.service.completions(
        body(
          #""prompt": "Ada", "temperature": 0, "max_tokens": 3, "logprobs": 1, "ignore_eos": true, "logit_bias": {"\#(id)": 100}"#
        )))
    let tokens = try #require(json["choices"]?.elements.first?["logprobs"]?["tokens"]?.elements)
    #expect(Set(tokens.compactMap(\.string)).count == 1 && tokens.count == 3)
  }

  @Test func whatCannotBeDoneIsAnError() async throws {
    let fixture = try ServiceFixture()
    func error(_ fields: String) async -> APIError? {
      do {
        _ = try await fixture.service.completions(body(fields))
        return nil
      } catch { return error }
    }
    #expect(await error(#""prompt": "a", "model": "no""#)?.status == 404)
    #expect(await error(#""prompt": "a", "max_tokens": 100000"#)?.code == "context_length_exceeded")
    #expect(await error(#""prompt": [99999999]"#)?.param == "prompt")
    #expect(await error(#""prompt": "a", "cmc_map": "x""#)?.param == "cmc_map")
    #expect(fixture.logged.withLock { $0 } == [], "none of it is this side's fault")
    #expect(throws: APIError.self) { try fixture.service.detokenize(body(#""tokens": [99999999]"#)) }
    #expect(throws: APIError.self) { try fixture.service.detokenize(body(#""tokens": [-1]"#)) }
    #expect(try JSONDocument(fixture.service.listing()).root["data"]?.elements.count == 2)
    #expect(throws: APIError.self) { try fixture.service.listing(of: "no") }
  }

  @Test func aQueueHasAnEndAndAService() async throws {
    var limits = ServerLimits()
    (limits.parallel, limits.queue) = (1, 1)
    let fixture = try ServiceFixture(limits)
    do {
      _ = try await fixture.service.completions(body(#""prompt": ["a", "b", "c"], "max_tokens": 2"#))
      Issue.record("three texts do not fit")
    } catch { #expect(error == .full) }
    #expect(
      try await fixture.json(fixture.service.completions(body(#""prompt": ["a", "b"], "max_tokens": 2"#)))[
        "choices"]?.elements.count == 2)
    await fixture.service.end()
    do {
      _ = try await fixture.service.completions(body(#""prompt": "a""#))
      Issue.record("it has ended")
    } catch { #expect(error == .ending) }
  }

  /// Who lets go of a stream ends its text, and the place is free.
  @Test func aClientThatGoesEndsItsText() async throws {
    var limits = ServerLimits()
    limits.parallel = 1
    let fixture = try ServiceFixture(limits)
    do {
      let answer = try await fixture.service.completions(
        body(#""prompt": "a", "max_tokens": 100, "ignore_eos": true, "stream": true"#))
      guard case .stream(let stream, _) = answer else { throw ServiceFixture.WrongAnswer() }
      for await _ in stream { break }
    }
    _ = try await fixture.service.completions(body(#""prompt": "b", "max_tokens": 1"#))
    await fixture.service.end()
    #expect(fixture.service.metrics.text.contains("cmc_running 0"))
  }

  @Test func timeIsLimited() async throws {
    var limits = ServerLimits()
    limits.seconds = 0
    let fixture = try ServiceFixture(limits)
    do {
      _ = try await fixture.service.completions(body(#""prompt": "a""#))
      Issue.record("no time is not enough")
    } catch { #expect(error == .timeout) }
  }
}
