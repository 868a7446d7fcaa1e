internal import CMCControlledDecoding
internal import CMCFastJSON

/// Reads sweeps that `cmc sweep --json` wrote: schema `cmc.sweep` version 1.
enum SweepReader {
  static let schema = "cmc.sweep"

  /// The sweep of a JSON value.
  ///
  /// - Throws: `JSONError` with the place.
  static func read(_ root: JSONValue) throws(JSONError) -> SweepSummary {
    var sweep = SweepSummary(
      tool: try string(root, "tool"), user: try string(root, "user"),
      deltas: try root.require("deltas").elements.map { value throws(JSONError) in
        try value.expect("a string", \.string)
      }, mode: try string(root, "mode"), prompt: try string(root, "prompt"),
      points: try root.require("points").elements.map { value throws(JSONError) in
        var point = SweepSummary.Point(
          alpha: try number(value, "alpha"), tokens: try value.require("tokens").expect("an integer", \.int),
          changedShare: try number(value, "changed_share"),
          unmatchedShare: try number(value, "unmatched_share"),
          meanUserLogProbability: try number(value, "mean_user_log_probability"),
          stop: try string(value, "stop"),
          text: try string(value, "text"))
        point.ids = try TraceReader.ids(value, "ids")
        return point
      })
    sweep.run = root["run"]?.string
    return sweep
  }

  private static func string(_ value: JSONValue, _ key: String) throws(JSONError) -> String {
    try value.require(key).expect("a string", \.string)
  }

  /// A number; one that was not finite was written as null, and stands for minus infinity.
  private static func number(_ value: JSONValue, _ key: String) throws(JSONError) -> Double {
    try value.require(key).expect("a number") { $0.isNull ? -.infinity : $0.double }
  }
}
