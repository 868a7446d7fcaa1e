internal import CMCControlledDecoding
internal import CMCFastJSON

/// Reads traces that `cmc generate --trace` wrote: schema `cmc.trace` version 1.
enum TraceReader {
  static let schema = "cmc.trace"

  /// The trace of a JSON value.
  ///
  /// - Throws: `JSONError` with the place.
  static func read(_ root: JSONValue) throws(JSONError) -> GenerationTrace {
    var trace = GenerationTrace(
      tool: try string(root, "tool"), user: try string(root, "user"),
      deltas: try list(root, "deltas").map { delta throws(JSONError) in
        GenerationTrace.Delta(
          name: try string(delta, "name"), alpha: try number(delta, "alpha"), map: try string(delta, "map"))
      }, mode: try string(root, "mode"), unmatched: try string(root, "unmatched"),
      prompt: try string(root, "prompt"), text: try string(root, "text"), stop: try string(root, "stop"),
      steps: try list(root, "steps").map(step))
    trace.run = root["run"]?.string
    trace.promptIDs = try ids(root, "user_prompt_ids")
    trace.deltaPromptIDs = try (root["delta_prompt_ids"]?.elements ?? []).map { value throws(JSONError) in
      try value.elements.map { id throws(JSONError) in try id.expect("an id", Self.id) }
    }
    return trace
  }

  /// The ids under a key; none where a file does not say.
  static func ids(_ value: JSONValue, _ key: String) throws(JSONError) -> [Int32] {
    try (value[key]?.elements ?? []).map { value throws(JSONError) in try value.expect("an id", id) }
  }

  private static func id(_ value: JSONValue) -> Int32? { value.int.flatMap { Int32(exactly: $0) } }

  private static func step(_ value: JSONValue) throws(JSONError) -> GenerationTrace.Step {
    var step = GenerationTrace.Step(
      id: try value.require("id").expect("an integer", \.int), piece: try string(value, "piece"),
      text: value["text"]?.string, match: try string(value, "match"), score: try number(value, "score"),
      userLogProbability: try number(value, "user_log_probability"),
      deltaTerm: try number(value, "delta_term"), isChanged: try flag(value, "changed"),
      isReencoded: try flag(value, "reencoded"))
    step.deltaPositions = value["delta_positions"]?.int ?? 0
    step.seconds = value["seconds"]?.double ?? 0
    step.userTop = try list(value, "user_top").map(candidate)
    step.combinedTop = try list(value, "combined_top").map(candidate)
    step.deltaTop = try list(value, "delta_top").map { top throws(JSONError) in
      try top.elements.map(candidate)
    }
    return step
  }

  private static func candidate(_ value: JSONValue) throws(JSONError) -> GenerationTrace.Candidate {
    GenerationTrace.Candidate(
      id: try value.require("id").expect("an integer", \.int), piece: try string(value, "piece"),
      value: try number(value, "value"))
  }

  private static func list(_ value: JSONValue, _ key: String) throws(JSONError) -> [JSONValue] {
    try value.require(key).expect("an array") { $0.isArray ? $0.elements : nil }
  }

  private static func string(_ value: JSONValue, _ key: String) throws(JSONError) -> String {
    try value.require(key).expect("a string", \.string)
  }

  private static func flag(_ value: JSONValue, _ key: String) throws(JSONError) -> Bool {
    try value.require(key).expect("a boolean", \.bool)
  }

  /// A number; one that was not finite was written as null, and stands for minus infinity.
  private static func number(_ value: JSONValue, _ key: String) throws(JSONError) -> Double {
    try value.require(key).expect("a number") { $0.isNull ? -.infinity : $0.double }
  }
}
