import CMCFastJSON
import CMCHTTPService
import CMCServing
import CMCSteeringService
import TestSupport
import Testing

/// A server over a real connection, and clients that do all that they should not.
@Suite(.serialized) struct LoopbackTests {
  private static let chat =
    #"{"messages": [{"role": "user", "content": "Write the name of the person: Ada Holt lives in Rome."}], "temperature": 0, "max_tokens": 8}"#

  @Test func everyRouteAnswersOnOneConnection() async throws {
    try await ServerFixture.run { server in
      let client = try server.client()
      #expect(try client.ask("GET", "/health").json()["status"]?.string == "ok")
      let models = try client.ask("GET", "/v1/models").json()
      #expect(models["data"]?.elements.first?["id"]?.string == "demo")
      #expect(try client.ask("GET", "/v1/models/de%6Do").json()["id"]?.string == "demo")
      #expect(try client.ask("GET", "/v1/models/other").status == 404)
      let tokens = try client.ask("POST", "/tokenize", #"{"prompt": "Ada Holt"}"#).json()
      #expect(tokens["count"]?.int == tokens["tokens"]?.elements.count)
      let text = try client.ask(
        "POST", "/detokenize",
        #"{"tokens": [\#(tokens["tokens"]?.elements.compactMap(\.int).map(String.init).joined(separator: ",") ?? "")]}"#
      )
      #expect(try text.json()["prompt"]?.string?.hasSuffix("Ada Holt") == true)
      let info = try client.ask("GET", "/tokenizer_info?model=demo").json()
      #expect(info["vocab_size"]?.int ?? 0 > 100 && info["eos_token"]?.string != nil)
      let answer = try client.ask("POST", "/v1/chat/completions", Self.chat)
      #expect(answer.headers["content-type"] == "application/json")
      let written = try answer.json()["choices"]?.elements.first?["message"]?["content"]?.string
      #expect(written?.isEmpty == false)
      let streamed = try client.ask(
        "POST", "/v1/chat/completions", String(Self.chat.dropLast()) + #", "stream": true}"#)
      #expect(streamed.headers["content-type"] == "text/event-stream")
      let events = streamed.text.split(separator: "\n\n").map { $0.dropFirst(6) }
      #expect(events.last == "[DONE]")
      let pieces = try events.dropLast().map {
        try JSONDocument(Array($0.utf8)).root["choices"]?.elements.first?["delta"]?["content"]?.string ?? ""
      }
      #expect(pieces.joined() == written)
      let metrics = try client.ask("GET", "/metrics")
      #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4")
      #expect(metrics.text.contains(#"cmc_requests_total{path="/v1/models/NAME",status="404"} 1"#))
    }
  }

  /// HTTP/1.0 knows no chunks: a stream ends with its connection, and so does what has a length (RFC 9112, 6.3).
  @Test func whoSpeaksTheEarlierVersionGetsNoChunks() async throws {
    try await ServerFixture.run { server in
      for (more, isStream) in [(#", "stream": true}"#, true), ("}", false)] {
        let body = String(Self.chat.dropLast()) + more
        let client = try server.client()
        // Nor does it wait for leave to send its body.
        client.send(
          "POST /v1/chat/completions HTTP/1.0\r\nContent-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\n\r\n\(body)"
        )
        let head = try client.head()
        #expect(head.status == 200 && head.headers["transfer-encoding"] == nil, "\(head.headers)")
        #expect(head.headers["connection"] == "close")
        #expect((head.headers["content-length"] == nil) == isStream)
        let text = String(decoding: client.rest(), as: UTF8.self)
        #expect(!isStream || text.hasPrefix("data: {") && text.hasSuffix("\n\ndata: [DONE]\n\n"), "\(text)")
        #expect(isStream || text.utf8.count == Int(head.headers["content-length"] ?? ""))
      }
      // On one connection each request has the framing of its own version.
      let client = try server.client()
      client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/1.0\r\n\r\n")
      #expect(try client.answer().headers["connection"] == nil)
      #expect(try client.answer().headers["connection"] == "close")
      #expect(client.isAtEnd())
    }
  }

  /// Each is refused with an error object, and the connection goes on.
  @Test func badRequestsAreAnsweredAndTheConnectionIsKept() async throws {
    var limits = ServerLimits()
    limits.bodyBytes = 1 << 20
    try await ServerFixture.run(limits) { server in
      let client = try server.client()
      func refused(_ status: Int, _ code: String?, _ body: [UInt8], _ path: String = "/v1/completions") throws
      {
        client.send("POST", path, body)
        let answer = try client.answer()
        #expect(answer.status == status, "\(answer.text)")
        #expect(try answer.errorCode() == code, "\(answer.text)")
      }
      try refused(400, "invalid_json", Array("{".utf8))
      try refused(400, "invalid_json", [])
      try refused(400, "invalid_json", Array("[1]".utf8))
      try refused(400, "invalid_json", Array(#"{"prompt": ""#.utf8) + [0xFF, 0xC0] + Array("\"}".utf8))
      try refused(400, "invalid_json", Array(#"{"a": \#(String(repeating: "[", count: 9999))"#.utf8))
      try refused(400, "unknown_parameter", Array(#"{"prompt": "a", "max_tokns": 1}"#.utf8))
      try refused(400, nil, Array(#"{"prompt": [99999999]}"#.utf8))
      try refused(400, nil, Array(#"{"prompt": [-1]}"#.utf8))
      try refused(400, nil, Array(#"{"prompt": [-1], "echo": true, "logprobs": 1}"#.utf8))
      try refused(404, "model_not_found", Array(#"{"prompt": "a", "model": "b"}"#.utf8))
      try refused(400, "map_not_found", Array(#"{"prompt": "a", "cmc_map": "b"}"#.utf8))
      try refused(413, "body_too_large", [UInt8](repeating: 0x20, count: 10 << 20))
      try refused(404, nil, [], "/v1/no")
      try refused(404, nil, [], "/../../etc/passwd")
      try refused(405, nil, [], "/health")
      #expect(try client.ask("GET", "/v1/completions").headers["allow"] == "POST")
      client.send("POST /tokenize HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<20 {
        client.send(Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65536) + [13, 10])
      }
      client.send("0\r\n\r\n")
      #expect(try client.answer().status == 413)
      #expect(try client.ask("GET", "/health").status == 200)
    }
  }

  /// What is no HTTP ends its connection; the server lives.
  @Test func whatIsNoRequestEndsItsConnection() async throws {
    try await ServerFixture.run { server in
      let many = (0..<10_000).map { "X-\($0): 1\r\n" }.joined()
      for text in [
        "\u{16}\u{3}\u{1}\u{2}\u{0}hello\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\(many)\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
      ] {
        let client = try server.client()
        client.send(text)
        if !client.isAtEnd() { #expect(try client.head().status == 400) }
      }
      #expect(try server.client().ask("GET", "/health").status == 200)
    }
  }

  @Test func keysAndOriginsAreLookedAtFirst() async throws {
    try await ServerFixture.run(ServerLimits(), key: AccessKey(Array("secret\n".utf8))) { server in
      let client = try server.client()
      #expect(try client.ask("GET", "/health").status == 200)
      #expect(try client.ask("GET", "/v1/models").status == 401)
      #expect(try client.ask("POST", "/v1/completions", "{").status == 401)
      #expect(try client.ask("GET", "/metrics", headers: ["Authorization: Bearer secre"]).status == 401)
      let key = "Authorization: Bearer secret"
      #expect(try client.ask("GET", "/v1/models", headers: [key]).status == 200)
      #expect(
        try client.ask("GET", "/v1/models", headers: [key, "Origin: http://evil.example"]).status == 403)
      #expect(try client.ask("GET", "/v1/models", headers: [key, "Origin: http://localhost"]).status == 200)
    }
  }

  /// A client that goes, in whatever way, takes its text with it.
  @Test(arguments: [false, true])
  func whoGoesFreesItsPlace(streams: Bool) async throws {
    var limits = ServerLimits()
    (limits.parallel, limits.queue) = (1, 0)
    try await ServerFixture.run(limits) { server in
      let long = #"{"prompt": "a", "max_tokens": 200, "ignore_eos": true, "n": 1, "stream": \#(streams)}"#
      do {
        let client = try server.client()
        client.send("POST", "/v1/completions", Array(long.utf8))
        if streams { _ = try client.head() }
        server.wait(for: "cmc_running 1")
        client.abort()
      }
      server.wait(for: "cmc_running 0")
      let answer = try server.client().ask("POST", "/v1/completions", #"{"prompt": "b", "max_tokens": 1}"#)
      #expect(answer.status == 200)
    }
  }

  /// Who reads nothing of megabytes loses its texts; others go on meanwhile.
  @Test func whoReadsNothingHoldsNobodyUp() async throws {
    var limits = ServerLimits()
    (limits.parallel, limits.unreadBytes) = (17, 4096)
    try await ServerFixture.run(limits) { server in
      let silent = try server.client(receiveBuffer: 4096)
      silent.send(
        "POST", "/v1/completions",
        Array(
          #"{"prompt": "a", "max_tokens": 300, "ignore_eos": true, "stream": true, "cmc_trace": 100, "n": 16}"#
            .utf8))
      #expect(try server.client().ask("POST", "/v1/chat/completions", Self.chat).status == 200)
      server.wait(for: "cmc_running 0")
      #expect(!server.service.metrics.text.contains("cmc_cancelled_total 0\n"))
    }
  }

  /// Connections that say nothing, or stop within a request, are closed.
  @Test func silenceIsLimited() async throws {
    var limits = ServerLimits()
    limits.idleSeconds = 0.3
    try await ServerFixture.run(limits) { server in
      let silent = try server.client()
      let half = try server.client()
      half.send("POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
      #expect(silent.isAtEnd() && half.isAtEnd())
      #expect(try server.client().ask("GET", "/health").status == 200)
    }
  }

  /// On the request to end a running text is finished, and nothing new is begun.
  @Test func anEndWaitsForRunningTexts() async throws {
    try await ServerFixture.run { server in
      let client = try server.client()
      client.send(
        "POST", "/v1/completions",
        Array(#"{"prompt": "a", "max_tokens": 60, "ignore_eos": true, "stream": true}"#.utf8))
      _ = try client.head()
      _ = try client.chunk()
      let idle = try server.client()
      #expect(try idle.ask("GET", "/health").status == 200)
      server.stop.open()
      #expect(idle.isAtEnd())
      var text = ""
      while true {
        let chunk = try client.chunk()
        if chunk.isEmpty { break }
        text += String(decoding: chunk, as: UTF8.self)
      }
      #expect(text.hasSuffix("data: [DONE]\n\n"))
      #expect(client.isAtEnd())
      #expect(throws: LoopbackClient.Failure.self) { try server.client() }
    }
  }

  @Test func anAddressThatIsTakenIsAnError() async throws {
    try await ServerFixture.runAsync { server in
      let second = HTTPService(
        server.service, at: HTTPService.Address(host: "127.0.0.1", port: server.port), key: nil)
      await #expect(throws: HTTPServiceError.self) {
        try await second.run(onListening: { _ in }, until: { await server.stop.wait() })
      }
    }
  }
}
