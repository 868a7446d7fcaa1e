internal import CMCFastJSON
internal import CMCLogitShift
internal import CMCPrimitives
internal import CrossModelControl

/// What a capture says when it is done.
enum CaptureRendering {
  /// Writes the runs that are complete.
  static func write(_ outcomes: [CaptureOutcome], common: CommonOptions) throws {
    let runs = outcomes.map { ($0.path, $0.description, $0.failed) }
    guard common.json else {
      for (path, run, failed) in runs {
        let part = run.part.map { " of \(run.prompts.count) (shard \($0.shard))" } ?? ""
        let errors = failed.isEmpty ? "" : ", \(failed.count) of them errors"
        let kept = run.kept.map { "the best \($0) columns of each ranking" } ?? "all columns"
        try StandardOutput.write(
          "\(terminalText(path)): \(run.ownCount)\(part) prompts of \(run.base) and \(run.tuned)\(errors), \(kept) of \(run.width)\n"
        )
      }
      return
    }
    var json = JSONWriter(.readable)
    json.object { json in
      json.member("schema", "cmc.capture")
      json.member("version", 1)
      json.member("tool", ToolVersion.tool)
      json.key("runs")
      json.array { json in
        for (path, run, failed) in runs {
          json.object { json in
            json.member("path", path)
            json.member("label", run.label)
            json.member("base", run.base)
            json.member("tuned", run.tuned)
            json.member("prompts", run.prompts.count)
            json.member("errors", failed.count)
            json.member("width", run.width)
            if let part = run.part {
              json.member("shard", "\(part.shard)")
              json.member("captured", run.ownCount)
            }
            if let kept = run.kept { json.member("kept", kept) }
          }
        }
      }
    }
    json.endLine()
    try StandardOutput.write(json.bytes)
  }
}
