package import CMCControlledDecoding
package import CMCFastJSON

/// A generation with everything that its page shows, as JSON: schema `cmc.trace` version 1.
package enum TraceEncoding {
  /// The object in a line of its own.
  package static func json(_ trace: GenerationTrace) -> [UInt8] {
    var json = JSONWriter(.compact)
    write(trace, to: &json)
    json.endLine()
    return json.bytes
  }

  /// What the object of a run will begin with, in an object of its own.
  package static func beginning(run: String) -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", "cmc.trace")
      json.member("run", run)
    }
    return json.bytes
  }

  /// Writes the object.
  package static func write(_ trace: GenerationTrace, to json: inout JSONWriter) {
    json.object { json in
      json.member("schema", "cmc.trace")
      if let run = trace.run { json.member("run", run) }
      writeHead(trace, to: &json)
      json.member("prompt", trace.prompt)
      json.member("user_prompt_ids", trace.promptIDs)
      json.key("delta_prompt_ids")
      json.array { json in
        for ids in trace.deltaPromptIDs { json.array { json in for id in ids { json.value(id) } } }
      }
      json.member("text", trace.text)
      json.member("stop", trace.stop)
      json.key("steps")
      json.array { json in for step in trace.steps { write(step, to: &json, isTrace: true) } }
    }
  }

  /// Writes the members that say which models ran, and how they were joined.
  package static func writeHead(_ trace: GenerationTrace, to json: inout JSONWriter) {
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
    guard let exactness = trace.exactness else { return }
    json.member("exactness", exactness.name)
    json.member("bound", exactness.bound)
  }

  /// Writes a step.
  ///
  /// - Parameters:
  ///   - step: The step.
  ///   - json: Where it goes.
  ///   - isTrace: Whether the best tokens and what the delta models read are wanted too.
  package static func write(_ step: GenerationTrace.Step, to json: inout JSONWriter, isTrace: Bool) {
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
      write(step.userTop, to: &json)
      json.key("delta_top")
      json.array { json in for top in step.deltaTop { write(top, to: &json) } }
      json.key("combined_top")
      write(step.combinedTop, to: &json)
    }
  }

  private static func write(_ top: [GenerationTrace.Candidate], to json: inout JSONWriter) {
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
