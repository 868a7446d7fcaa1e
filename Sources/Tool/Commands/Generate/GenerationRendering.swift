internal import CMCAlignment
internal import CMCControlledDecoding
internal import CMCFastJSON
internal import CMCPrimitives
internal import CMCTokenization
internal import CMCVocabulary

/// A generation as a line, as JSON, and as a trace.
struct GenerationRendering {
  let result: GenerationResult
  let setup: ControlSetup
  let generator: ControlledGenerator
  let prompt: String

  /// One line: how much, how fast, how the tokens reached the delta model.
  func summary() -> String {
    let count = result.steps.count
    let rate = result.seconds > 0 ? Double(count) / result.seconds : 0
    var line = "\(count) tokens in \(fixed(result.seconds, digits: 2)) s (\(fixed(rate, digits: 1))/s) after "
    line += "\(fixed(result.promptSeconds, digits: 2)) s for the prompt; ended by \(result.stop.name)"
    guard !setup.deltas.isEmpty, count > 0 else { return line }
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
      json.member("text", String(decoding: result.text, as: UTF8.self))
      json.member("ids", result.ids)
      json.member("stop", result.stop.name)
      json.key("steps")
      json.array { json in for step in result.steps { write(step, &json) } }
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
  func trace() -> [UInt8] {
    var json = JSONWriter(.compact)
    json.object { json in
      json.member("schema", "cmc.trace")
      writeHead(&json)
      json.member("prompt", prompt)
      json.member("user_prompt_ids", generator.prompt)
      json.key("delta_prompt_ids")
      json.array { json in
        for delta in generator.deltas { json.array { json in for id in delta.prompt.ids { json.value(id) } } }
      }
      json.member("text", String(decoding: result.text, as: UTF8.self))
      json.member("stop", result.stop.name)
      json.key("steps")
      json.array { json in for step in result.steps { write(step, &json, isTrace: true) } }
    }
    json.endLine()
    return json.bytes
  }

  private func writeHead(_ json: inout JSONWriter) {
    json.member("version", 1)
    json.member("tool", ToolVersion.tool)
    json.member("user", setup.userName)
    json.key("deltas")
    json.array { json in
      for (delta, term) in zip(setup.deltas, generator.combiner.terms) {
        json.object { json in
          json.member("name", delta.name)
          json.member("alpha", Double(term.alpha))
          json.member(
            "map",
            delta.map == nil
              ? "same vocabulary" : "\(delta.map?.source.name ?? "") → \(delta.map?.target.name ?? "")")
        }
      }
    }
    json.member("mode", generator.combiner.mode.rawValue)
    json.member("unmatched", generator.combiner.policy.rawValue)
  }

  private func write(_ step: GenerationStep, _ json: inout JSONWriter, isTrace: Bool = false) {
    let vocabulary = setup.tokenizer.description.vocabulary
    json.object { json in
      json.member("id", Int(step.token))
      json.member("piece", Self.piece(step.token, vocabulary))
      json.member("score", Double(step.score))
      json.member("user_log_probability", Double(step.userLogProbability))
      json.member("delta_term", Double(step.deltaTerm))
      json.member("match", step.match.rawValue)
      json.member("changed", step.isChanged)
      json.member("reencoded", step.isReencoded)
      json.member("delta_positions", step.deltaPositions)
      json.member("seconds", step.seconds)
      guard isTrace else { return }
      json.member("text", Self.text(step.token, vocabulary))
      json.key("delta_changes")
      json.array { json in
        for change in step.deltaChanges {
          json.object { json in
            json.member("kept", change.kept)
            json.member("added", change.added)
          }
        }
      }
      write("user_top", step.userTop, vocabulary, &json)
      json.key("delta_top")
      json.array { json in
        for (delta, top) in zip(setup.deltas, step.deltaTop) {
          write(top, delta.tokenizer.description.vocabulary, &json)
        }
      }
      write("combined_top", step.combinedTop, vocabulary, &json)
    }
  }

  private func write(
    _ key: String, _ top: [GenerationStep.Candidate], _ vocabulary: Vocabulary, _ json: inout JSONWriter
  ) {
    json.key(key)
    write(top, vocabulary, &json)
  }

  private func write(_ top: [GenerationStep.Candidate], _ vocabulary: Vocabulary, _ json: inout JSONWriter) {
    json.array { json in
      for candidate in top {
        json.object { json in
          json.member("id", Int(candidate.id))
          json.member("piece", Self.piece(candidate.id, vocabulary))
          json.member("value", Double(candidate.value))
        }
      }
    }
  }

  /// What a token contributes to the text, where that is whole characters; nil for special tokens and parts of characters.
  static func text(_ id: Int32, _ vocabulary: Vocabulary) -> String? {
    guard vocabulary.kind(id) == .text else { return nil }
    return String(decoding: vocabulary.canonical[Int(id)], as: UTF8.self)
  }

  /// A token's visible form; padding columns have none.
  static func piece(_ id: Int32, _ vocabulary: Vocabulary) -> String {
    guard Int(id) < vocabulary.idLimit else { return "" }
    return TokenDisplay.string(vocabulary.canonical[Int(id)], kind: vocabulary.kind(id))
  }
}
