internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCServing

/// A generation as a line, as JSON, and as a trace.
struct GenerationRendering {
  let result: GenerationResult
  let trace: GenerationTrace

  /// One line: how much, how fast, how the tokens reached the delta model.
  func summary() -> String {
    let count = result.steps.count
    let rate = result.seconds > 0 ? Double(count) / result.seconds : 0
    var line = "\(count) tokens in \(fixed(result.seconds, digits: 2)) s (\(fixed(rate, digits: 1))/s) after "
    line += "\(fixed(result.promptSeconds, digits: 2)) s for the prompt; ended by \(result.stop.name)"
    guard !trace.deltas.isEmpty, count > 0 else { return line }
    let shares = MatchKind.allCases.map { kind in
      "\(percent(Double(result.steps.count { $0.match == kind }) / Double(count))) \(kind.rawValue)"
    }
    line += "; \(shares.joined(separator: ", ")); \(result.steps.count(where: \.isChanged)) choices changed"
    return line
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
