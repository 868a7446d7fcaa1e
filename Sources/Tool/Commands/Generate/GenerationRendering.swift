internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives

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
      writeHead(&json)
      json.member("text", trace.text)
      json.member("ids", result.ids)
      json.member("stop", trace.stop)
      json.key("steps")
      json.array { json in for step in trace.steps { write(step, &json) } }
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
  func traceJSON() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", "cmc.trace")
      writeHead(&json)
      json.member("prompt", trace.prompt)
      json.member("user_prompt_ids", trace.promptIDs)
      json.key("delta_prompt_ids")
      json.array { json in
        for ids in trace.deltaPromptIDs { json.array { json in for id in ids { json.value(id) } } }
      }
      json.member("text", trace.text)
      json.member("stop", trace.stop)
      json.key("steps")
      json.array { json in for step in trace.steps { write(step, &json, isTrace: true) } }
    }
    json.endLine()
    return json.bytes
  }

  private func writeHead(_ json: inout JSONWriter) {
    json.member("version", 1)
    json.member("tool", trace.tool)
    json.member("user", trace.user)
    json.key("deltas")
    json.array { json in
      for delta in trace.deltas {
        json.object { json in
          json.member("name", delta.name)
          json.member("alpha", delta.alpha)
          json.member("map", delta.map)
        }
      }
    }
    json.member("mode", trace.mode)
    json.member("unmatched", trace.unmatched)
  }

  private func write(_ step: GenerationTrace.Step, _ json: inout JSONWriter, isTrace: Bool = false) {
    json.object { json in
      json.member("id", step.id)
      json.member("piece", step.piece)
      json.member("score", step.score)
      json.member("user_log_probability", step.userLogProbability)
      json.member("delta_term", step.deltaTerm)
      json.member("match", step.match)
      json.member("changed", step.isChanged)
      json.member("reencoded", step.isReencoded)
      json.member("delta_positions", step.deltaPositions)
      json.member("seconds", step.seconds)
      guard isTrace else { return }
      json.member("text", step.text)
      json.key("delta_changes")
      json.array { json in
        for change in step.deltaChanges {
          json.object { json in
            json.member("kept", change.kept)
            json.member("added", change.added)
          }
        }
      }
      json.key("user_top")
      write(step.userTop, &json)
      json.key("delta_top")
      json.array { json in for top in step.deltaTop { write(top, &json) } }
      json.key("combined_top")
      write(step.combinedTop, &json)
    }
  }

  private func write(_ top: [GenerationTrace.Candidate], _ json: inout JSONWriter) {
    json.array { json in
      for candidate in top {
        json.object { json in
          json.member("id", candidate.id)
          json.member("piece", candidate.piece)
          json.member("value", candidate.value)
        }
      }
    }
  }
}
