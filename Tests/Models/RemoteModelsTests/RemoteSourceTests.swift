import CMCFastJSON
import CMCHTTPClient
import CMCLanguageModel
import CMCPrimitives
import Testing

@testable import CMCRemoteModels

/// A history on a server that does what it should, and on one that does not.
@Suite(.serialized) struct RemoteSourceTests {
  /// What the server says of itself.
  struct Served {
    var model = "m"
    var size = 1000
    var ids: [Int32] = [1, 2, 3]
    var slots = 2
  }

  /// llama.cpp's server with four tokens, whose log-probabilities are those of ⅛, ⅛, ¼ and ½.
  ///
  /// - Parameter completion: What becomes of the n-th request for tokens, from 0; nil for the right answer.
  static func server(
    _ served: Guarded<Served> = Guarded(Served()),
    _ completion: @escaping @Sendable (Int) -> ScriptedServer.Reply? = { _ in nil }
  ) -> ScriptedServer {
    let count = Guarded(0)
    return ScriptedServer { path, body in
      let served = served.withLock { $0 }
      switch path {
      case "/v1/models":
        return .json(
          #"{"data": [{"id": "\#(served.model)", "meta": {"n_vocab": 4, "n_params": 7, "size": \#(served.size)}}]}"#
        )
      case "/props":
        return .json(
          #"{"default_generation_settings": {"n_ctx": 9}, "total_slots": \#(served.slots), "model_path": "m.gguf"}"#
        )
      case "/tokenize":
        return .json(#"{"tokens": [\#(served.ids.map(String.init).joined(separator: ","))]}"#)
      case "/completion":
        let number = count.withLock { count in
          defer { count += 1 }
          return count
        }
        return completion(number) ?? .json(right(body, served.model))
      default: return .status(404, "{}")
      }
    }
  }

  static let values: [(Int, Double)] = [(3, 0.5), (2, 0.25), (0, 0.125), (1, 0.125)]

  static func right(_ body: String, _ model: String = "m") -> String {
    let root = try? JSONDocument(Array(body.utf8)).root
    let tops = values.prefix(root?["n_probs"]?.int ?? 0).map {
      #"{"id": \#($0.0), "logprob": \#(logarithm($0.1))}"#
    }
    return
      #"{"completion_probabilities": [{"top_logprobs": [\#(tops.joined(separator: ","))]}], "tokens_evaluated": \#(root?["prompt"]?.elements.count ?? 0), "model": "\#(model)"}"#
  }

  static func remote(_ server: ScriptedServer, retries: Int = 2, timeout: Double = 5) throws -> RemoteServer {
    var options = RemoteOptions()
    (options.retries, options.timeout) = (retries, timeout)
    return try RemoteServer(
      server.address, options: options, probe: TokenizerProbe(ids: [1, 2, 3]), width: 4)
  }

  static func problem(_ body: () throws -> Void) -> RemoteError.Problem? {
    do {
      try body()
      return nil
    } catch {
      return (error as? RemoteError)?.problem
    }
  }

  @Test func theMostLikelyAndAllOfThem() throws {
    let server = Self.server()
    defer { server.stop() }
    let remote = try Self.remote(server)
    #expect(remote.identity.dialect == .llamaCpp && remote.logitsWidth == 4 && remote.comparesTokenizers)
    let source = remote.source()
    #expect(source.contextLength == 8)
    try source.extend([0, 1])
    let row = try source.ranked(2)
    #expect(row.ids == [3, 2] && row.ceiling == Float(logarithm(0.25)) && !row.knowsAll)
    var seen: [(Int, [Float])] = []
    try source.extend([2, 3], logits: .all) { seen.append(($0, Array($1))) }
    #expect(seen.map(\.0) == [2, 3] && source.ceiling == -.infinity)
    #expect(seen.allSatisfy { $0.1 == [0.125, 0.125, 0.25, 0.5].map { Float(logarithm($0)) } })
    #expect(remote.traffic.answers == 3 && remote.traffic.received > 0)
    // Looked at once for the text, over the one connection.
    #expect(server.paths.filter { $0 == "/props" }.count == 2)
    #expect(throws: RemoteError.self) { try source.extend([0, 0, 0, 0, 0]) }
    #expect(throws: LanguageModelError.token(id: 4, limit: 4)) { try source.extend([4]) }
    #expect(source.tokens == [0, 1, 2, 3])
  }

  @Test func historiesGoToTheirOwnPlaces() throws {
    let server = Self.server()
    defer { server.stop() }
    let remote = try Self.remote(server)
    var sources = [remote.source(), remote.source()]
    #expect(sources[0] !== sources[1])
    for source in sources { try source.extend([1]) }
    sources.removeFirst()
    let next = remote.source()
    try next.extend([1])
    _ = try next.ranked(1)
  }

  /// Each is tried again, and answered the next time.
  @Test(arguments: [
    ScriptedServer.Reply.status(500, "{}"), .status(503, #"{"error": {"message": "loading"}}"#),
    .raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"comp"), .raw(""), .silence(seconds: 1.5),
  ])
  func whatPassesIsTriedAgain(reply: ScriptedServer.Reply) throws {
    let server = Self.server { $0 == 1 ? reply : nil }
    defer { server.stop() }
    let source = try Self.remote(server, timeout: 0.5).source()
    try source.extend([0])
    for count in [1, 2, 3] { #expect(try source.ranked(count).ids.count == count) }
  }

  @Test func whatDoesNotPassEndsWithTheNumberOfTries() throws {
    for reply in [ScriptedServer.Reply.status(500, #"{"error": "broken"}"#), .raw(""), .silence(seconds: 1)] {
      let server = Self.server { _ in reply }
      defer { server.stop() }
      let source = try Self.remote(server, retries: 1, timeout: 0.3).source()
      try source.extend([0])
      guard case .unanswered(_, tries: 2) = Self.problem({ _ = try source.ranked(1) }) else {
        Issue.record("\(reply)")
        continue
      }
    }
  }

  /// These end the text, and no other, at once.
  @Test(arguments: [
    "garbage", "[1, 2", "{}", #"{"completion_probabilities": []}"#, #"{"truncated": true}"#,
    #"{"completion_probabilities": [{"top_logprobs": [{"id": 4, "logprob": -1}]}]}"#,
    #"{"completion_probabilities": [{"top_logprobs": [{"id": 1, "logprob": 1}]}]}"#,
    #"{"completion_probabilities": [{"top_logprobs": [{"id": 1, "logprob": -1}]}], "tokens_evaluated": 7}"#,
  ])
  func whatCannotBeUsedEndsTheText(text: String) throws {
    let server = Self.server { $0 == 0 ? .json(text) : nil }
    defer { server.stop() }
    let source = try Self.remote(server).source()
    try source.extend([0])
    do {
      _ = try source.ranked(1)
      Issue.record("taken")
    } catch let error as RemoteError {
      guard case .unusable = error.problem else {
        Issue.record("\(error)")
        return
      }
      #expect(error.isOfTextAlone)
    }
    #expect(server.paths.filter { $0 == "/completion" }.count == 1)
    #expect(try source.ranked(1).ids == [3])
  }

  @Test func anotherModelIsNoticed() throws {
    let served = Guarded(Served())
    let server = Self.server(served) { $0 == 1 ? .raw("") : nil }
    defer { server.stop() }
    let remote = try Self.remote(server)
    let source = remote.source()
    try source.extend([0])
    _ = try source.ranked(1)
    // It comes back as another: seen when the connection is made again.
    served.withLock { $0.size = 2000 }
    guard case .changed("model", _, let now) = Self.problem({ _ = try source.ranked(1) }) else {
      Issue.record("not noticed over another connection")
      return
    }
    #expect(now.contains("2000 bytes"))
    // And where a text begins, over the same connection.
    served.withLock { $0 = Served(ids: [1, 2, 4]) }
    source.truncate(to: 0)
    try source.extend([0])
    guard case .changed("tokenizer", _, _) = Self.problem({ _ = try source.ranked(1) }) else {
      Issue.record("another tokenizer is not noticed")
      return
    }
    // And by the name in an answer.
    served.withLock { $0 = Served() }
    let other = Self.server(served) {
      $0 == 1 ? .json(Self.right(#"{"prompt": [0], "n_probs": 1}"#, "n")) : nil
    }
    defer { other.stop() }
    let named = try Self.remote(other).source()
    try named.extend([0])
    _ = try named.ranked(1)
    #expect(Self.problem { _ = try named.ranked(1) } == .changed(what: "model", before: "m", now: "n"))
  }

  @Test func anotherTokenizerIsRefused() {
    let server = Self.server(Guarded(Served(ids: [1, 2])))
    defer { server.stop() }
    guard case .otherTokenizer(_, "[1, 2]", "[1, 2, 3]") = Self.problem({ _ = try Self.remote(server) })
    else {
      Issue.record("taken")
      return
    }
  }

  @Test func whatIsNoServerOfModelsIsNamed() {
    let server = ScriptedServer { _, _ in .status(404, "not here") }
    defer { server.stop() }
    #expect(Self.problem { _ = try Self.remote(server) } == .unknownServer(status: 404))
    let closed = ScriptedServer { _, _ in .raw("") }
    closed.stop()
    guard case .unanswered(_, tries: 2) = Self.problem({ _ = try Self.remote(closed, retries: 1) }) else {
      Issue.record("nobody listens there")
      return
    }
  }

  /// vLLM says how many log-probabilities it gives at most: no more are asked for, and it is known that there are no more.
  @Test func aServerThatGivesFewIsAskedForFew() throws {
    let server = ScriptedServer { path, body in
      switch path {
      case "/v1/models": return .json(#"{"data": [{"id": "m", "root": "base", "max_model_len": 9}]}"#)
      case "/v1/completions":
        let root = try? JSONDocument(Array(body.utf8)).root
        let wanted = root?["logprobs"]?.int ?? 0
        guard wanted <= 2 else {
          return .status(
            400,
            #"{"error": {"message": "Requested sample logprobs of \#(wanted), which is greater than max allowed: 2"}}"#
          )
        }
        let tops = Self.values.prefix(wanted).map { #""token_id:\#($0.0)": \#(logarithm($0.1))"# }
        return .json(
          #"{"model": "m", "choices": [{"logprobs": {"top_logprobs": [{\#(tops.joined(separator: ","))}]}}]}"#
        )
      default: return .status(404, "{}")
      }
    }
    defer { server.stop() }
    let remote = try Self.remote(server)
    #expect(remote.identity.dialect == .openAI && !remote.comparesTokenizers)
    let source = remote.source()
    try source.extend([0])
    let row = try source.ranked(3)
    #expect(row.ids == [3, 2] && row.isLast && !row.knowsAll)
    #expect(try !source.ranked(2).isLast)
    #expect(server.paths.filter { $0 == "/v1/completions" }.count == 3)
    #expect(Self.problem { try source.extend([0], logits: .last) { _, _ in } } == .notAll(known: 2, of: 4))
  }
}
