internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCRemoteModels
internal import CMCServing

/// A generation as a line, as JSON, and as a trace.
struct GenerationRendering {
  let result: GenerationResult
  let trace: GenerationTrace
  /// What was asked of the server that runs the user model; nil where none does.
  var traffic: RemoteTraffic?

  /// One line: how much, how fast, how the tokens reached the delta model.
  func summary() -> String {
    let count = result.steps.count
    let rate = result.seconds > 0 ? Double(count) / result.seconds : 0
    var line = "\(count) tokens in \(fixed(result.seconds, digits: 2)) s (\(fixed(rate, digits: 1))/s) after "
    line += "\(fixed(result.promptSeconds, digits: 2)) s for the prompt; ended by \(result.stop.name)"
    line += remoteSummary()
    guard !trace.deltas.isEmpty, count > 0 else { return line }
    let shares = MatchKind.allCases.map { kind in
      "\(percent(Double(result.steps.count { $0.match == kind }) / Double(count))) \(kind.rawValue)"
    }
    line += "; \(shares.joined(separator: ", ")); \(result.steps.count(where: \.isChanged)) choices changed"
    return line
  }

  /// How many log-probabilities a server was asked for, what it took, and how certain the text is.
  private func remoteSummary() -> String {
    guard let traffic, let exactness = trace.exactness, !result.steps.isEmpty else { return "" }
    let count = result.steps.count
    var line = "; \(NumberText.grouped(columnsPerToken)) log-probabilities and "
    line += "\(NumberText.grouped(traffic.received / count)) bytes a token"
    switch exactness {
    case .proved, .full: line += ", every choice \(exactness == .full ? "by all of them" : "proved")"
    case .bounded(let share): line += ", with at most \(percent(share)) of the probability left out at a step"
    }
    return line
  }

  /// Writes the members of what was asked of a server.
  static func write(_ traffic: RemoteTraffic, to json: inout JSONWriter) {
    json.member("answers", traffic.answers)
    json.member("requests", traffic.requests)
    json.member("bytes_sent", traffic.sent)
    json.member("bytes_received", traffic.received)
  }

  /// How many log-probabilities decided a token, on average.
  private var columnsPerToken: Int {
    result.steps.reduce(0) { $0 + ($1.columns ?? 0) } / max(1, result.steps.count)
  }

  /// Schema `cmc.generation` version 1.
  func json() -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.generation")
      TraceEncoding.writeHead(trace, to: &json)
      json.member("text", trace.text)
      json.member("ids", result.ids)
      json.member("stop", trace.stop)
      json.key("steps")
      json.array { json in
        for step in trace.steps { TraceEncoding.write(step, to: &json, isTrace: false) }
      }
      if let failure = result.stop.failure { json.member("error", failure) }
      if let traffic {
        json.key("remote")
        json.object { json in
          json.member("log_probabilities_per_token", columnsPerToken)
          json.member("log_probabilities_at_most", result.steps.reduce(0) { max($0, $1.columns ?? 0) })
          Self.write(traffic, to: &json)
        }
      }
      json.key("timings")
      json.object { json in
        json.member("prompt_seconds", result.promptSeconds)
        json.member("seconds", result.seconds)
        json.member("tokens_per_second", result.seconds > 0 ? Double(result.steps.count) / result.seconds : 0)
      }
    }
    json.endLine()
    return json.bytes
  }

  /// Schema `cmc.trace` version 1.
  func traceJSON() -> [UInt8] { TraceEncoding.json(trace) }
}
