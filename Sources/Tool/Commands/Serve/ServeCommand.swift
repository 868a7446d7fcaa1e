internal import ArgumentParser
internal import CMCFastJSON
internal import CMCHTTPService
internal import CMCPrimitives
internal import CMCServing
internal import CMCSteeringService
internal import CrossModelControl
internal import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `cmc serve`: a steered model for clients that speak OpenAI's surface.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve a steered model over HTTP, to clients that speak OpenAI's surface.",
    discussion: """
      Texts of all clients are written together; one that is asked for while others run joins them at the next token. \
      Answers are given under /v1/models, /v1/completions and /v1/chat/completions; /tokenize, /detokenize, \
      /tokenizer_info, /health and /metrics are there too. A request may say cmc_alpha, cmc_mode, cmc_map and cmc_trace; \
      unknown fields are refused. With echo and logprobs a prompt is scored under the same steering.

      EXAMPLES
        cmc serve --demo   the demonstration's models
        cmc serve --user m.gguf --delta d.gguf --alpha 0.5
            then: curl localhost:8000/v1/models
        cmc serve --models models.yaml --port 0
            several, on any free port, which is printed
        curl localhost:8000/v1/completions \\
          -d '{"prompt": "Roses are", "max_tokens": 8, "cmc_alpha": 1}'

      --models takes a file such as

        version: 1
        models:
          - name: small
            user: m.gguf      # further keys: user-tokenizer, alpha, mode, unmatched,
            template: own     # template, delta-template, system, parse-special
            deltas:
              - model: d.gguf # further keys: tokenizer, anti-expert, alpha, map
            maps:             # what cmc_map names: other maps of the first delta
              shuffled: maps/shuffled.json

      Paths in it are from its folder. On a request to end (SIGTERM, control-C) running texts are finished and new ones \
      refused; a second request ends at once. Nothing of a request is logged.
      """)

  @OptionGroup var models: ServedModelOptions
  @OptionGroup var limits: ServerLimitOptions

  @Option(help: ArgumentHelp("A name or number of this machine to listen at.", valueName: "host"))
  var host = "127.0.0.1"

  @Option(help: ArgumentHelp("The port; 0 for any that is free.", valueName: "n"))
  var port = 8000

  @Option(
    help: ArgumentHelp(
      "A file with the key that requests must show as 'Authorization: Bearer KEY'.", valueName: "file"))
  var apiKeyFile: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535.") }
    if host.isEmpty { throw ValidationError("--host must not be empty.") }
  }

  func run() throws {
    keepFreedMemoryTogether()
    let key = try apiKeyFile.map { path in
      guard let key = AccessKey(try readFile(path, limit: 1 << 16)) else {
        throw FileError(path: path, underlying: ServeError.emptyKey)
      }
      return key
    }
    let served = try models.load(observer: common.observer)
    let limits = limits.limits(defaultParallel: served.map(\.room.model.defaultParallel).min() ?? 1)
    let service = SteeringService(
      served, limits: limits, now: { time(nil) },
      log: { StandardError.write("cmc: \(terminalText($0))\n") })
    let http = HTTPService(service, at: HTTPService.Address(host: host, port: port), key: key)
    if key == nil, !["127.0.0.1", "localhost", "::1"].contains(host) {
      common.note("whoever reaches \(host) can use it: there is no --api-key-file")
    }
    Interrupt.catchOnce()
    let outcome = Guarded<Result<Void, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
    let (host, isJSON, names) = (host, common.json, served.map(\.name))
    Task {
      do {
        try await http.run(
          onListening: { Self.tell(host, $0, names, isJSON: isJSON) },
          until: {
            while !Interrupt.hasCome, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
          })
        outcome.withLock { $0 = .success(()) }
      } catch {
        outcome.withLock { $0 = .failure(error) }
      }
      done.signal()
    }
    done.wait()
    try outcome.withLock { $0 }?.get()
  }

  /// Says where it listens, so that a script can wait for the line and read the port from it.
  private static func tell(_ host: String, _ port: Int, _ models: [String], isJSON: Bool) {
    let url = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    var line = Array(
      "listening on \(terminalText(url)): \(terminalText(models.joined(separator: ", ")))\n".utf8)
    if isJSON {
      var json = JSONWriter(.compact)
      json.object { json in
        json.member("version", 1)
        json.member("url", url)
        json.member("port", port)
        json.key("models")
        json.array { json in for model in models { json.value(model) } }
      }
      json.endLine()
      line = json.bytes
    }
    // Whoever started it may not listen to what it says; it serves all the same.
    try? StandardOutput.write(line)
    try? StandardOutput.flush()
  }
}

/// What a client of the command line gets wrong.
enum ServeError: DescribedError, Equatable {
  /// The key's file has none.
  case emptyKey
  /// The file of models is not what it must be.
  case file(line: Int, reason: String)

  var description: String {
    switch self {
    case .emptyKey: "the file has no key"
    case .file(let line, let reason): "line \(line): \(reason)"
    }
  }

  var hint: String? {
    switch self {
    case .emptyKey: "write one into it, such as 32 random letters"
    case .file: "cmc serve --help shows a file"
    }
  }
}
