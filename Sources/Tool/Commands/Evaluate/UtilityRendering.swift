internal import CMCEvaluation
internal import CMCFastJSON

/// TOFU's model utility, for people and programs.
enum UtilityRendering {
  /// The figure and its parts in lines.
  static func text(_ utility: ModelUtility) -> String {
    let lines = utility.parts.map { part in
      EvaluationRendering.padded("\(part.set), \(part.metric)".replacing("_", with: " "), 34)
        + fourDecimals(part.value)
    }
    return ([EvaluationRendering.padded("model utility", 34) + fourDecimals(utility.value)] + lines)
      .joined(separator: "\n") + "\n"
  }

  /// The same as JSON.
  static func json(_ utility: ModelUtility, files: [String]) -> [UInt8] {
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("version", 1)
      json.key("files")
      json.array { json in for file in files { json.value(file) } }
      json.member("model_utility", utility.value)
      json.key("parts")
      json.array { json in
        for part in utility.parts {
          json.object { json in
            json.member("set", part.set)
            json.member("metric", part.metric)
            json.member("value", part.value)
          }
        }
      }
    }
    json.endLine()
    return json.bytes
  }
}
